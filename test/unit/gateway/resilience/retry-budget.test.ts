/** How much may be asked again. */

import { backoffMs } from '../../../../gateway/resilience/backoff.ts';
import { RetryBudget } from '../../../../gateway/resilience/retry-budget.ts';

function taken(budget: RetryBudget, tries: number, nowMs: number): number {
  return Array.from({ length: tries }, () => budget.take(nowMs)).filter(Boolean).length;
}

test('a tenth of the calls of the last ten seconds may be repeated, and no more', () => {
  const budget = new RetryBudget(10);
  for (let call = 0; call < 1_000; call += 1) budget.spend(call * 9);
  expect(taken(budget, 1_000, 9_000)).toBe(100);
  expect(taken(budget, 1_000, 9_500)).toBe(0);
});

test('calls of long ago allow nothing', () => {
  const budget = new RetryBudget(10);
  for (let call = 0; call < 1_000; call += 1) budget.spend(0);
  expect(taken(budget, 1_000, 20_000)).toBe(3);
});

test('a quiet system may be asked again three times in ten seconds', () => {
  const budget = new RetryBudget(10);
  budget.spend(0);
  expect([taken(budget, 10, 0), taken(budget, 10, 9_999), taken(budget, 10, 10_000)]).toEqual([3, 0, 3]);
});

test('pauses double up to the longest, and chance decides how much of them is kept', () => {
  const options = { baseMs: 50, maxMs: 1_000 };
  const pauses = (share: number) => [1, 2, 3, 6].map((retry) => backoffMs(options, retry, () => share));
  expect([pauses(0), pauses(0.5), pauses(1)]).toEqual([
    [0, 0, 0, 0],
    [25, 50, 100, 500],
    [50, 100, 200, 1_000],
  ]);
});
