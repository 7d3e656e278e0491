/**
 * Operations that must be new each time are renumbered without changing their length, in question and answer alike.
 */

import { findFresh, FRESH, renumberFresh } from '../../bench/scenario.ts';

test('each number makes another text of the same length', () => {
  const text = `{ ${FRESH}: __typename user { id } }`;

  expect(renumberFresh(text, 7)).toBe('{ fresh_00000007: __typename user { id } }');
  expect(renumberFresh(text, 12_345_678)).toHaveLength(text.length);
});

test('a text without the mark stays as it is', () => {
  expect(renumberFresh('{ user { id } }', 7)).toBe('{ user { id } }');
});

test('the number in a text is found again', () => {
  const found = [renumberFresh(`{ ${FRESH}: __typename }`, 7), '{ user { id } }'].map(findFresh);

  expect(found).toEqual(['fresh_00000007', undefined]);
});
