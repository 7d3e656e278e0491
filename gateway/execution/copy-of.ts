/**
 * A copy of JSON that shares nothing with the original. Knows no GraphQL.
 */

import { isWrittenNumber } from '../base/exact-json.ts';
import { setOwn, type Data } from './own-property.ts';

export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return copyOfObject(value);
}

export function copyOfObject(object: object): Data {
  const copy: Data = {};
  for (const [key, item] of Object.entries(object)) setOwn(copy, key, copyOf(item));
  return copy;
}
