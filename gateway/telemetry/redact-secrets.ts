/**
 * Cuts out of a log line what must never be written, and what is longer than a line should be. The second line of
 * defence; the first is that no room passes a token, a variable or a row of data. Knows no logger.
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
  'idempotencyKey',
  'idempotency-key',
]);
const DEEPEST = 4;
const LONGEST_TEXT = 2_000;

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
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (typeof value !== 'object' || depth >= DEEPEST) return value;
  if (Array.isArray(value)) return redactList(value, depth + 1);
  return isRecord(value) ? redactSecrets(value, depth + 1) : value;
}

function redactList(values: readonly unknown[], depth: number): readonly unknown[] {
  const kept = values.map((value) => redactValue(value, depth));
  return kept.every((value, index) => value === values[index]) ? values : kept;
}
