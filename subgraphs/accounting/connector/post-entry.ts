/**
 * Posts to the ledger, as part of the transaction that writes the document. That debits equal credits is checked by
 * the database when the transaction ends.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { mintId } from '../../kit/global-id.ts';
import { takeNumber } from './document-numbers.ts';

export interface NewEntry {
  readonly postedOn: string;
  readonly description: string;
}

export interface NewJournalLine {
  readonly accountId: string;
  readonly side: 'debit' | 'credit';
  readonly minor: bigint;
  /** Whose receivable it is, on the receivables account. */
  readonly customerId?: string;
}

/** Gives the entry's id. A line of nothing is left out. */
export async function postEntry(
  transaction: Transaction,
  entry: NewEntry,
  lines: readonly NewJournalLine[],
): Promise<string> {
  const id = await insertEntry(transaction, entry);
  const posted = lines.filter(({ minor }) => minor !== 0n);
  const rows = posted.map(({ accountId, side, minor, customerId }, index) => {
    const [debit, credit] = side === 'debit' ? [minor, 0n] : [0n, minor];
    return sql`(${id}, ${index + 1}, ${accountId}, ${customerId ?? null}, ${debit}, ${credit})`;
  });
  await sql`
    insert into journal_line (entry_id, position, account_id, customer_id, debit_minor, credit_minor)
    values ${sql.join(rows)}`.execute(transaction);
  return id;
}

/** The lines of another entry with their sides exchanged. Gives the new entry's id. */
export async function reverseEntry(
  transaction: Transaction,
  entry: NewEntry,
  reversedEntryId: string,
): Promise<string> {
  const id = await insertEntry(transaction, entry);
  await sql`
    insert into journal_line (entry_id, position, account_id, customer_id, debit_minor, credit_minor)
    select ${id}, position, account_id, customer_id, credit_minor, debit_minor
    from journal_line where entry_id = ${reversedEntryId}`.execute(transaction);
  return id;
}

async function insertEntry(transaction: Transaction, { postedOn, description }: NewEntry): Promise<string> {
  const id = mintId('JournalEntry');
  const number = await takeNumber(transaction, 'JOURNAL', postedOn);
  await sql`
    insert into journal_entry (id, number, posted_on, description, created_at)
    values (${id}, ${number}, ${postedOn}, ${description}, now())`.execute(transaction);
  return id;
}
