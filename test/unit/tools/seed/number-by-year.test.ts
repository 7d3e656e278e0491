/**
 * Numbers without gaps, each year from 1.
 */

import { numberByYear } from '../../../../tools/seed/number-by-year.ts';

test('each year counts from one in the order of the instants', () => {
  const instants = ['2025-01-01T08:00:00.000Z', '2024-12-31T10:00:00.000Z', '2024-02-01T10:00:00.000Z'];

  expect(numberByYear('R', instants, (instant) => instant)).toEqual({
    items: [
      ['R-2024-000001', '2024-02-01T10:00:00.000Z'],
      ['R-2024-000002', '2024-12-31T10:00:00.000Z'],
      ['R-2025-000001', '2025-01-01T08:00:00.000Z'],
    ],
    counters: { '2024': 2, '2025': 1 },
  });
});

test('what falls on the same instant keeps its order', () => {
  const { items } = numberByYear('J', ['invoice', 'payment'], () => '2026-05-05T00:00:00.000Z');

  expect(items).toEqual([
    ['J-2026-000001', 'invoice'],
    ['J-2026-000002', 'payment'],
  ]);
});
