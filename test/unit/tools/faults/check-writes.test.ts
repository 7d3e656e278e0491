/**
 * The comparison at the end of a fault run finds what it is there for: effects that are missing, doubled, denied or
 * another's. On rows that are given here; no database.
 */

import { expect, test } from '@jest/globals';

import { checkWrites } from '../../../../tools/faults/check-writes.ts';
import type { Habit, Outcome, Write } from '../../../../tools/faults/journal.ts';
import type { CompanyReader, Row } from '../../../../tools/faults/read-company.ts';

const DONE: Outcome = { kind: 'done', answer: { payment: { id: 'pay_1' } } };
const LOST: Outcome = { kind: 'unknown', because: 'fetch failed' };

const keyed = (...outcomes: Outcome[]) => writeWith(outcomes, 'keyed');
const keyless = (...outcomes: Outcome[]) => writeWith(outcomes, 'keyless');
const refused = (code: string): Outcome => ({ kind: 'refused', code });

test.each<[string, Write, readonly string[], string | undefined]>([
  ['done and there once', keyed(LOST, DONE), ['pay_1'], undefined],
  ['done and not there', keyed(DONE), [], 'was done and is not there; it was told: done'],
  ['done and there twice', keyless(DONE), ['pay_1', 'pay_2'], 'took effect 2 times; it was told: done'],
  [
    'done, and another is there',
    keyed(DONE),
    ['pay_2'],
    'the answer names pay_1, and what is there is pay_2; it was told: done',
  ],
  [
    'refused for what it has done itself',
    keyed(LOST, refused('STATE_CONFLICT')),
    ['pay_1'],
    'refused by surprise; it was told: unknown fetch failed, refused STATE_CONFLICT',
  ],
  [
    'refused and there',
    keyed(refused('INSUFFICIENT_STOCK')),
    ['pay_1'],
    'was refused and is there; it was told: refused INSUFFICIENT_STOCK',
  ],
  ['refused and not there', keyed(refused('INSUFFICIENT_STOCK')), [], undefined],
  ['never told, with a key', keyed(LOST), [], 'never told in the end; it was told: unknown fetch failed'],
  ['never told, without a key, and there', keyless(LOST), ['pay_1'], undefined],
  ['never told, without a key, and not there', keyless(LOST), [], undefined],
])('%s', async (_what, write, effects, problem) => {
  const found = await checkWrites(readerOf(effects), 'f-1-', [write]);
  const said = problem === undefined ? [] : [`recordPayment f-1-1. (${write.habit}): ${problem}`];
  expect(found.problems).toEqual(said);
});

test('an effect of a write that nobody sent is found', async () => {
  const found = await checkWrites(readerOf(['pay_1']), 'f-1-', []);
  expect(found).toEqual({
    effects: 1,
    duplicates: 0,
    lost: 0,
    problems: ['f-1-1.: an effect of a write that was never sent'],
  });
});

function writeWith(outcomes: readonly Outcome[], habit: Habit): Write {
  return { id: 'f-1-1.', name: 'recordPayment', input: {}, habit, outcomes: [...outcomes] };
}

/** The ids of payments that bear the write's text; there is nothing else. */
function readerOf(payments: readonly string[]): CompanyReader {
  const rows: readonly Row[] = payments.map((effect) => ({ write: 'f-1-1.', effect }));
  return {
    rows: async (_system, statement) => (statement.includes('from payment') ? rows : []),
    stop: async () => undefined,
  };
}
