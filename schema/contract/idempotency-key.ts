/**
 * The key under which a mutation takes effect once (IETF draft-ietf-httpapi-idempotency-key-header). Both sides agree
 * on what may be one; neither knows here where it came from.
 */

export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

/** Nothing that a header, a signature base or a log line would read otherwise. */
const KEY = /^[\x21-\x7e]{1,255}$/;

export function isIdempotencyKey(value: unknown): value is string {
  return typeof value === 'string' && KEY.test(value);
}
