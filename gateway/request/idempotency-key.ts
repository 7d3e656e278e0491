/**
 * The client's idempotency key: from the header `Idempotency-Key`, bare or as the quoted string that the IETF draft
 * writes (RFC 9651, section 3.3.3), or from the request extension `idempotencyKey` where there are no headers. Knows
 * no HTTP and does not know what becomes of the key.
 */

import { isIdempotencyKey } from '../../schema/contract/idempotency-key.ts';
import { GatewayError } from '../base/gateway-error.ts';

const HEADER = 'Idempotency-Key';
const EXTENSION = 'extensions.idempotencyKey';
const ALLOWED = 'The key must be 1 to 255 visible ASCII characters, without spaces.';
const QUOTED = /^"(?<text>(?:[^"\\]|\\["\\])*)"$/;

/** `sent` is the header as often as it came, at least once. Throws BAD_REQUEST where that names no one key. */
export function readKeyHeader(sent: readonly string[]): string {
  const [value = '', ...others] = sent;
  if (others.length > 0) throw refusal(HEADER, 'The header may stand in a request once.');
  const key = value.startsWith('"') ? unquote(value) : value;
  if (!isIdempotencyKey(key)) throw refusal(HEADER, ALLOWED);
  return key;
}

/** The key of a request that may have it in both places. Throws BAD_REQUEST where they differ. */
export function readKeyExtension(extension: unknown, header: string | undefined): string | undefined {
  if (extension === undefined || extension === null) return header;
  if (!isIdempotencyKey(extension)) throw refusal(EXTENSION, ALLOWED);
  if (header === undefined || header === extension) return extension;
  throw refusal(EXTENSION, `The header ${HEADER} names another key.`);
}

function unquote(value: string): string | undefined {
  return QUOTED.exec(value)?.groups?.['text']?.replace(/\\(?<character>["\\])/g, '$<character>');
}

function refusal(argument: string, reason: string): GatewayError {
  return new GatewayError('BAD_REQUEST', { argument, reason });
}
