/**
 * Whether a mutation was refused whole because of its idempotency key, so that the HTTP status can say so as the IETF
 * draft wants: then nothing took effect, and the answer is one without data (GraphQL over HTTP, section 6.4). Knows no
 * server.
 */

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';
import { isRecord } from '../base/is-record.ts';

const REFUSALS: ReadonlySet<unknown> = new Set<ErrorCode>([
  'IDEMPOTENCY_KEY_IN_USE',
  'IDEMPOTENCY_KEY_REUSED',
]);

/** The status of the refusal; undefined where a field took effect, or any has another error. */
export function statusOfKeyRefusal(data: unknown, codes: readonly unknown[]): number | undefined {
  const [code] = codes;
  if (!isRefusal(code) || codes.some((other) => other !== code)) return undefined;
  const isWhole = !isRecord(data) || Object.values(data).every((field) => field === null);
  return isWhole ? ERRORS[code].status : undefined;
}

function isRefusal(code: unknown): code is ErrorCode {
  return REFUSALS.has(code);
}
