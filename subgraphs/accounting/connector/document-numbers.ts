/**
 * Numbers without gaps, as tax law wants them: each year counts from 1, and a number that was taken is given back
 * when its transaction fails. Whoever takes one makes others wait until the end of the transaction, so it is taken
 * late, and by everybody in the same order: INVOICE before JOURNAL.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';

const LETTERS = { INVOICE: 'R', JOURNAL: 'J' } as const;

/** Such as `R-2026-000123` for a day of 2026. `transaction` must be the one that writes the document. */
export async function takeNumber(
  transaction: Transaction,
  kind: keyof typeof LETTERS,
  day: string,
): Promise<string> {
  const year = day.slice(0, 4);
  const { rows } = await sql<{ last: number }>`
    insert into document_counter (kind, year, last) values (${kind}, ${Number(year)}, 1)
    on conflict (kind, year) do update set last = document_counter.last + 1
    returning last`.execute(transaction);
  return `${LETTERS[kind]}-${year}-${String(rows[0]?.last).padStart(6, '0')}`;
}
