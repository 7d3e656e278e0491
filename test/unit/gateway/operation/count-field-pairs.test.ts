/**
 * The pairs that validation compares, counted in documents small enough to count by hand.
 */

import { Kind, parse } from 'graphql';

import { countFieldPairs } from '../../../../gateway/operation/count-field-pairs.ts';
import { fragmentsOf } from '../../../../gateway/operation/measure-document.ts';

function pairsOf(text: string): number {
  const document = parse(text);
  const sets = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? [node.selectionSet] : [],
  );
  return countFieldPairs(sets, fragmentsOf(document));
}

test.each([
  ['{ a b c }', 0],
  ['{ a a a }', 3],
  ['{ a: x b: x a: y }', 1],
  // One pair of `a`, and inside of both together one pair of `b`.
  ['{ a { b } a { b } }', 2],
  ['{ a { b } ... { a { b } } }', 2],
  // One pair of `a` through the fragment.
  ['{ a ...F } fragment F on Query { a }', 1],
  // Two fragments are a pair in the document and a pair where they stand; the fields in them are a pair too.
  ['{ ...F ...G } fragment F on Query { a } fragment G on Query { a }', 3],
  // However often it is spread, a fragment is itself.
  ['{ ...F ...F ...F } fragment F on Query { a }', 0],
])('%s: %i', (text, pairs) => {
  expect(pairsOf(text)).toBe(pairs);
});
