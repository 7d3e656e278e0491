/**
 * A copy of JSON that shares nothing with the original. Knows no GraphQL.
 */

import { isWrittenNumber } from '../base/exact-json.ts';
import { setOwn, type Data } from './own-property.ts';

/** How deep a scalar of the supergraph's own is nested, only its subgraph knows; below, no stack is needed. */
const MOST_RECURSIONS = 500;

export function copyOf(value: unknown, depth = 0): unknown {
  if (!isNested(value)) return value;
  if (depth === MOST_RECURSIONS) return copyOfDeep(value);
  if (Array.isArray(value)) return value.map((item) => copyOf(item, depth + 1));
  return copyOfObject(value, depth);
}

export function copyOfObject(object: object, depth = 0): Data {
  const copy: Data = {};
  for (const [key, item] of Object.entries(object)) setOwn(copy, key, copyOf(item, depth + 1));
  return copy;
}

/** Slower, and without recursion. */
function copyOfDeep(value: object): object {
  const unfinished: [from: object, to: Data | unknown[]][] = [];
  const begin = (from: object) => {
    const to = Array.isArray(from) ? [] : {};
    unfinished.push([from, to]);
    return to;
  };
  const whole = begin(value);
  for (let next = unfinished.pop(); next !== undefined; next = unfinished.pop()) {
    const [from, to] = next;
    const entries: readonly [string, unknown][] = Object.entries(from);
    for (const [key, item] of entries) {
      const copy = isNested(item) ? begin(item) : item;
      if (Array.isArray(to)) to.push(copy);
      else setOwn(to, key, copy);
    }
  }
  return whole;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isWrittenNumber(value);
}
