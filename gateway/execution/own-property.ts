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

/** What stands at the path in JSON; undefined where the way there ends earlier, be it at a null. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce(getBelow, value);
}

/** What stands below a value in JSON; undefined where it has nothing there. */
export function getBelow(value: unknown, step: string | number): unknown {
  // Reason for the cast: a list is read by its indexes like an object by its keys.
  return typeof value === 'object' && value !== null ? getOwn(value as Data, String(step)) : undefined;
}
