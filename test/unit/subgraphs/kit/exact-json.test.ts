/**
 * What is stored of an answer comes back as it was, and equal arguments are equal however their keys are ordered.
 */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { readExact, writeExact } from '../../../../subgraphs/kit/exact-json.ts';

const SEED = { seed: 20261122 };

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double().map((value) => value + 0),
  fc.constantFrom(Infinity, -Infinity, Number.NaN),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
  fc.boolean(),
  fc.constant(null),
);
const name = fc.oneof(
  fc.string(),
  fc.constantFrom('$bigint', '$date', '$number', '$$date', '__proto__', 'constructor', 'toJSON'),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('tree')), fc.dictionary(name, tie('tree'))),
}));

test('every row comes back as it was stored', () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(writeExact(readExact(writeExact(value)))).toBe(writeExact(value));
      expect(readExact(writeExact([value]))).toEqual([plain(value)]);
    }),
    SEED,
  );
});

test('equal values give equal texts, whatever the order of their keys', () => {
  fc.assert(
    fc.property(fc.dictionary(name, tree), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      expect(writeExact(turned)).toBe(writeExact(value));
    }),
    SEED,
  );
});

test.each([
  [{ id: 7n }, { id: '7' }],
  [{ id: '7' }, { id: 7 }],
  [{ at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
  [{ a: null }, {}],
  [
    [1, 2],
    [2, 1],
  ],
  [{ $bigint: '7' }, 7n],
])('%j and %j are told apart', (one, other) => {
  expect(writeExact(one)).not.toBe(writeExact(other));
});

test('what is undefined is left out, as GraphQL does', () => {
  expect(readExact(writeExact({ a: undefined, b: [undefined] }))).toEqual({ b: [null] });
  expect(readExact(writeExact(undefined))).toBe(null);
});

test.each([[() => 1], [new Map()], [Symbol('s')]])('%p is no data and is refused', (value) => {
  expect(() => writeExact({ value })).toThrow(TypeError);
});

/** With the prototype that braces give; the generated dictionaries have none. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}
