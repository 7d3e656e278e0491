/**
 * How long a delivery is tried. Receivers forget nothing before that, or a late repetition would take effect twice.
 */

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from '@jest/globals';

import { RETRY_SCHEDULE } from '../../../../../subgraphs/kit/events/event-queues.ts';
import { INBOX_DAYS } from '../../../../../subgraphs/kit/events/sweep-events.ts';
import { CHECKOUT } from '../../../../../tools/state/state-folder.ts';

const SECONDS_PER_DAY = 86_400;

test('a delivery is tried for three days and not for four, whatever the jitter', () => {
  expect(daysOf(0)).toBeGreaterThan(3);
  expect(daysOf(1)).toBeLessThan(4);
});

test('a receipt is kept far longer than a delivery is tried, and the database sees to it', async () => {
  const file = path.join(CHECKOUT, 'subgraphs/kit/migrations/0003-events.sql');
  const forgets = /received_at < now\(\) - interval '(?<days>\d+) days'/.exec(await readFile(file, 'utf8'));
  const earliest = Number(forgets?.groups?.['days']);
  expect(earliest).toBeGreaterThan(5 * daysOf(1));
  expect(INBOX_DAYS).toBeGreaterThan(earliest);
});

/** As pg-boss does: half of each delay, and as much again by chance. */
function daysOf(chance: number): number {
  const { firstDelayS, longestDelayS, retries } = RETRY_SCHEDULE;
  const delays = Array.from({ length: retries }, (_, count) => {
    const grown = firstDelayS * 2 ** Math.min(16, count);
    return Math.min(longestDelayS, grown / 2 + (grown / 2) * chance);
  });
  return delays.reduce((sum, delay) => sum + delay, 0) / SECONDS_PER_DAY;
}
