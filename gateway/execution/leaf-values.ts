/**
 * Which values a field may have in a response, above all one that has no fields (GraphQL, 3.5 and 3.9). Knows no operation.
 */

import {
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLLeafType,
  type GraphQLOutputType,
} from 'graphql';

import { isWrittenNumber } from '../base/exact-json.ts';
import { isRecord } from '../base/is-record.ts';

/** Scalars of the supergraph's own may hold anything that JSON can say again; null is no value. */
export function isLeafValue(value: unknown, type: GraphQLLeafType): boolean {
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) !== undefined;
  switch (type.name) {
    case 'Int':
      return typeof value === 'number' && (value | 0) === value;
    case 'Float':
      return Number.isFinite(isWrittenNumber(value) ? Number(value.rawJSON) : value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'String':
      return typeof value === 'string';
    case 'ID':
      if (isWrittenNumber(value)) return /^-?\d+$/.test(value.rawJSON);
      return typeof value === 'string' || Number.isSafeInteger(value);
    default:
      return value !== Infinity && value !== -Infinity;
  }
}

/** Whether the value can be that of a field of the type, null and lists included; into objects it does not look. */
export function fitsType(value: unknown, type: GraphQLOutputType): boolean {
  if (isNonNullType(type)) return value !== null && fitsType(value, type.ofType);
  if (value === null) return true;
  if (isListType(type)) return Array.isArray(value) && value.every((item) => fitsType(item, type.ofType));
  return isLeafType(type) ? isLeafValue(value, type) : isRecord(value) && !isWrittenNumber(value);
}

/**
 * Code that is true for a value that is no object and none of the type. `other` is the code of such a check for types of
 * which nothing is known here.
 */
export function misfitCode(type: GraphQLOutputType | undefined, local: string, other: string): string {
  const isPlain = `typeof ${local} !== 'object'`;
  if (type === undefined) return 'false';
  const nullable = getNullableType(type);
  if (isListType(nullable)) return isPlain;
  switch (nullable.name) {
    case 'String':
      return `${isPlain} && typeof ${local} !== 'string'`;
    case 'ID':
      return `${isPlain} && typeof ${local} !== 'string' && !Number.isSafeInteger(${local})`;
    case 'Int':
      return `${isPlain} && (${local} | 0) !== ${local}`;
    case 'Float':
      return `${isPlain} && !Number.isFinite(${local})`;
    case 'Boolean':
      return `${isPlain} && typeof ${local} !== 'boolean'`;
    default:
      return `${isPlain} && ${other}`;
  }
}
