/**
 * The statistics of the benchmark on numbers that can be checked by eye.
 */

import { median, quantile, spread } from '../../../bench/measure/statistics.ts';

test('a quantile is a value that was measured, in whatever order they came', () => {
  const values = [50, 10, 40, 20, 30];
  const shares = [0, 0.2, 0.21, 0.5, 0.99, 1];

  expect(shares.map((share) => quantile(values, share))).toEqual([10, 10, 20, 30, 50, 50]);
});

test('the median is the value in the middle, or between the two that are', () => {
  expect([median([9, 1, 5]), median([9, 1, 5, 7]), median([3])]).toEqual([5, 6, 3]);
});

test('the spread is the span as a share of the median', () => {
  expect([spread([8, 10, 14]), spread([5, 5])]).toEqual([0.6, 0]);
});

test('of nothing there is no figure', () => {
  expect([quantile([], 0.5), median([])]).toEqual([NaN, NaN]);
});
