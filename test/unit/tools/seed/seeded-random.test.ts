/**
 * Numbers that look random and never change, and shares that are exact.
 */

import { seededRandom, shareOut } from '../../../../tools/seed/seeded-random.ts';

test('the same name gives the same numbers, another name others', () => {
  const draw = (name: string): readonly number[] => {
    const random = seededRandom(name);
    return Array.from({ length: 4 }, () => random.integer(1, 1_000));
  };

  expect(draw('orders')).toEqual(draw('orders'));
  expect(draw('orders')).not.toEqual(draw('stock'));
});

test('whole numbers reach both ends and nothing beyond them', () => {
  const random = seededRandom('ends');
  const drawn = new Set(Array.from({ length: 400 }, () => random.integer(3, 6)));

  expect([...drawn].sort()).toEqual([3, 4, 5, 6]);
});

test('labels are dealt out by their shares', () => {
  const labels = shareOut(seededRandom('shares'), 200, { often: 0.7, seldom: 0.25, rare: 0.05 });

  expect(countOf(labels)).toEqual({ often: 140, seldom: 50, rare: 10 });
});

test('a rare label comes up once even among few', () => {
  const labels = shareOut(seededRandom('few'), 5, { often: 0.98, rare: 0.01, rarest: 0.001 });

  expect(countOf(labels)).toEqual({ often: 3, rare: 1, rarest: 1 });
});

test('fewer places than labels are all filled', () => {
  expect(shareOut(seededRandom('one'), 1, { a: 0.5, b: 0.3, c: 0.2 })).toHaveLength(1);
  expect(shareOut(seededRandom('none'), 0, { a: 0.5, b: 0.5 })).toEqual([]);
});

function countOf(labels: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
