/**
 * The chart of accounts and its balances.
 */

import { sql } from 'kysely';

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

export interface LedgerAccountRow {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly kind: 'ASSET' | 'LIABILITY' | 'EQUITY' | 'REVENUE' | 'EXPENSE';
  readonly currency: string;
}

export const LEDGER_ACCOUNTS_BY_NUMBER: Keyset = {
  order: 'ledgerAccounts/NUMBER',
  column: 'number',
  type: 'text',
  direction: 'ASC',
};

const COLUMNS = sql`id, number, name, kind, currency`;

export async function readLedgerAccounts(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LedgerAccountRow>> {
  const { rows } = await sql<LedgerAccountRow>`
    select ${COLUMNS} from ledger_account where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

export async function readLedgerAccountsByNumber(
  database: Database,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, LedgerAccountRow>> {
  const { rows } = await sql<LedgerAccountRow>`
    select ${COLUMNS} from ledger_account where number = any(${[...numbers]}::text[])`.execute(database);
  return new Map(rows.map((row) => [row.number, row]));
}

/** Debits minus credits, in minor units of the account's currency; an account without postings is not in the map. */
export async function readDebitBalances(
  database: Database,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await sql<{ accountId: string; balanceMinor: bigint }>`
    select account_id, sum(debit_minor - credit_minor)::bigint as balance_minor
    from journal_line where account_id = any(${[...accountIds]}::text[])
    group by account_id`.execute(database);
  return new Map(rows.map((row) => [row.accountId, row.balanceMinor]));
}

export function pageLedgerAccounts(
  database: Database,
  kind: string | undefined,
  request: PageRequest,
): Promise<Page<LedgerAccountRow>> {
  return readPage(database, listingOf(kind), LEDGER_ACCOUNTS_BY_NUMBER, request);
}

export function countLedgerAccounts(database: Database, kind: string | undefined): Promise<number> {
  return countRows(database, listingOf(kind));
}

function listingOf(kind: string | undefined): Listing {
  return {
    from: sql`ledger_account`,
    columns: COLUMNS,
    where: kind === undefined ? [] : [sql`kind = ${kind}`],
  };
}
