/**
 * The accounts that trade is posted to, by their numbers in the chart of accounts; after the German SKR 03. Each
 * currency has a set of its own, because a journal entry has one currency only.
 */

import { sql } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { KnownError } from '../../kit/known-error.ts';

/** What a posting needs an account for. */
type TradeRole = 'bank' | 'receivables' | 'outputTax' | 'revenue';

/** The ids of the accounts of one currency. */
export type TradeAccounts = Readonly<Record<TradeRole, string>>;

const NUMBERS: Readonly<Record<string, TradeAccounts>> = {
  EUR: { bank: '1200', receivables: '1400', outputTax: '1776', revenue: '8400' },
  CHF: { bank: '1201', receivables: '1401', outputTax: '1777', revenue: '8401' },
};

/** Throws STATE_CONFLICT naming the argument where the chart of accounts is not ready for the currency. */
export async function findTradeAccounts(
  database: Database,
  currency: string,
  argument: string,
): Promise<TradeAccounts> {
  const numbers = NUMBERS[currency];
  if (numbers === undefined) throw missing(argument, `The chart of accounts has no accounts in ${currency}.`);
  const { rows } = await sql<{ id: string; number: string }>`
    select id, number from ledger_account
    where number = any(${Object.values(numbers)}::text[]) and currency = ${currency}`.execute(database);
  const ids = new Map(rows.map(({ id, number }) => [number, id]));
  const idOf = (role: TradeRole): string => {
    const id = ids.get(numbers[role]);
    if (id !== undefined) return id;
    throw missing(argument, `The chart of accounts has no account ${numbers[role]} in ${currency}.`);
  };
  return {
    bank: idOf('bank'),
    receivables: idOf('receivables'),
    outputTax: idOf('outputTax'),
    revenue: idOf('revenue'),
  };
}

function missing(argument: string, reason: string): KnownError {
  return new KnownError('STATE_CONFLICT', { argument, reason });
}
