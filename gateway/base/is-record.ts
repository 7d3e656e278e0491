/**
 * Tells a JSON object from everything else. Knows nothing of what should be in it.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

/** True for objects that are neither null nor a list. */
export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
