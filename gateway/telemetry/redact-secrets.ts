/**
 * Cuts out of a log line what must never be written. The second line of defence; the first is that no room passes
 * a token, a variable or a row of data. Knows no logger.
 */

import { isRecord, type JsonObject } from '../base/is-record.ts';

const SECRET_NAMES: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'token',
  'accessToken',
  'secret',
  'password',
  'variables',
]);
const DEEPEST = 3;

/** The same object where there is nothing to hide, which is nearly always; else a copy. */
export function redactSecrets(facts: JsonObject, depth = 1): JsonObject {
  let redacted: Record<string, unknown> | undefined;
  for (const key in facts) {
    const value = facts[key];
    const kept = SECRET_NAMES.has(key) ? '[redacted]' : redactValue(value, depth);
    if (kept !== value) redacted = { ...(redacted ?? facts), [key]: kept };
  }
  return redacted ?? facts;
}

function redactValue(value: unknown, depth: number): unknown {
  return depth < DEEPEST && isRecord(value) ? redactSecrets(value, depth + 1) : value;
}
