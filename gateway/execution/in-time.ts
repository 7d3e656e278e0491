/**
 * Waiting for the preparation of an operation, which may stand behind others that are planned: no longer than the
 * request may take. Knows no operation.
 */

import { GatewayError } from '../base/gateway-error.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import { answerable } from './answerable.ts';

/** What is prepared goes on being prepared, and is ready then. */
const RETRY_AFTER_MS = 1_000;

/** What `work` gives. Rejects with OVERLOADED, as the server library answers it, where there is no more time. */
export async function inTime<Value>(
  work: Value | Promise<Value>,
  { deadlineMs = Infinity }: Pick<CallContext, 'deadlineMs'>,
): Promise<Value> {
  if (!(work instanceof Promise) || deadlineMs === Infinity) return work;
  const late = Promise.withResolvers<never>();
  const refuse = () =>
    late.reject(answerable(new GatewayError('OVERLOADED', { retryAfterMs: RETRY_AFTER_MS })));
  // Of a time that is past Node warns on standard error.
  const timer = setTimeout(refuse, Math.max(0, deadlineMs - performance.now()));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
