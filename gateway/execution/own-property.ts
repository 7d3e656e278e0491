/**
 * Reading and writing keys that clients and subgraphs choose. A key such as `__proto__` or `constructor` is a
 * name like any other in GraphQL, and something else to JavaScript (CVE-2026-32621). Knows no GraphQL.
 */

export type Data = Record<string, unknown>;

/** What stands under the key in the object itself; undefined where only its prototype has it. */
export function getOwn(object: Data, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets the key in the object itself, whatever its name. */
export function setOwn(object: Data, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}
