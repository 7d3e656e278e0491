/**
 * The journal as accounting's tables hold it. What is posted never changes; `post-entry.ts` posts.
 */

import { sql, type RawBuilder } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { byId } from '../../kit/loaders.ts';
import {
  countRows,
  readPage,
  type Keyset,
  type Listing,
  type Page,
  type PageRequest,
} from '../../kit/page.ts';

export interface JournalEntryRow {
  readonly id: string;
  readonly number: string;
  readonly postedOn: string;
  readonly description: string;
  readonly createdAt: Date;
}

export interface JournalLineRow {
  readonly entryId: string;
  readonly position: number;
  readonly accountId: string;
  readonly currency: string;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

export interface JournalConditions {
  readonly accountId?: string | undefined;
  readonly postedFrom?: string | undefined;
  readonly postedTo?: string | undefined;
}

export const JOURNAL_BY_DAY: Keyset = {
  order: 'journalEntries/POSTED_ON',
  column: 'posted_on',
  type: 'date',
  direction: 'DESC',
};

const COLUMNS = sql`id, number, posted_on, description, created_at`;

export async function readJournalEntries(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JournalEntryRow>> {
  const { rows } = await sql<JournalEntryRow>`
    select ${COLUMNS} from journal_entry where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

export async function readLinesOfEntries(
  database: Database,
  entryIds: readonly string[],
): Promise<ReadonlyMap<string, readonly JournalLineRow[]>> {
  const { rows } = await sql<JournalLineRow>`
    select line.entry_id, line.position, line.account_id, account.currency, line.debit_minor, line.credit_minor
    from journal_line line join ledger_account account on account.id = line.account_id
    where line.entry_id = any(${[...entryIds]}::text[])
    order by line.entry_id, line.position`.execute(database);
  return Map.groupBy(rows, (row) => row.entryId);
}

export function pageJournalEntries(
  database: Database,
  conditions: JournalConditions,
  request: PageRequest,
): Promise<Page<JournalEntryRow>> {
  return readPage(database, listingOf(conditions), JOURNAL_BY_DAY, request);
}

export function countJournalEntries(database: Database, conditions: JournalConditions): Promise<number> {
  return countRows(database, listingOf(conditions));
}

function listingOf({ accountId, postedFrom, postedTo }: JournalConditions): Listing {
  const where: RawBuilder<boolean>[] = [];
  if (accountId !== undefined) {
    where.push(sql`id in (select entry_id from journal_line where account_id = ${accountId})`);
  }
  if (postedFrom !== undefined) where.push(sql`posted_on >= ${postedFrom}::date`);
  if (postedTo !== undefined) where.push(sql`posted_on <= ${postedTo}::date`);
  return { from: sql`journal_entry`, columns: COLUMNS, where };
}
