/**
 * The custom scalars of all three schemas. They check shape on the way out and nothing on the way in: what an
 * argument may hold, also whether it is text at all, is checked where the argument's name is known (`arguments.ts`),
 * so that one bad argument costs one field and the error can name it.
 */

import { GraphQLScalarType } from 'graphql';

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

/** Without parsers of its own, GraphQL hands on whatever JSON value the client gave. */
function textScalar(name: string, serialize: (value: unknown) => string): GraphQLScalarType<unknown, string> {
  return new GraphQLScalarType({ name, serialize });
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('expected text');
}
