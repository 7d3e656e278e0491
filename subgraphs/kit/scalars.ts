/**
 * The custom scalars of all three schemas. They check shape on the way out and only the kind of value on the way
 * in: what an argument may hold is checked where the argument's name is known (`arguments.ts`), so that one bad
 * argument costs one field and the error can name it.
 */

import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';

import { KnownError } from './known-error.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const scalars = {
  Date: textScalar('Date', (value) => {
    if (typeof value === 'string' && DAY.test(value)) return value;
    throw new TypeError('a Date must leave as YYYY-MM-DD');
  }),
  DateTime: textScalar('DateTime', (value) => {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
    throw new TypeError('a DateTime must leave as a Date object');
  }),
  Decimal: textScalar('Decimal', asText),
  CurrencyCode: textScalar('CurrencyCode', asText),
  CountryCode: textScalar('CountryCode', asText),
} as const;

function textScalar(name: string, serialize: (value: unknown) => string): GraphQLScalarType<string, string> {
  return new GraphQLScalarType({
    name,
    serialize,
    parseValue: (value) => textOr(typeof value === 'string' ? value : undefined, name),
    parseLiteral: (node: ValueNode) => textOr(node.kind === Kind.STRING ? node.value : undefined, name),
  });
}

function textOr(text: string | undefined, scalar: string): string {
  if (text !== undefined) return text;
  throw new KnownError('BAD_USER_INPUT', { reason: `A ${scalar} is given as a string.` });
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('expected text');
}
