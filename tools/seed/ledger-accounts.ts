/**
 * The chart of accounts: numbers after the German SKR 03, one set of trade accounts for each currency, because a
 * journal entry has one currency only. A number in francs is the one in euros plus one.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import type { LedgerAccount } from './accounting-data.ts';
import type { Currency } from './plain-values.ts';

/** What a posting needs an account for. */
export type TradeRole = 'bank' | 'receivables' | 'outputTax' | 'revenue';

export const TRADE_ACCOUNTS: Readonly<Record<Currency, Readonly<Record<TradeRole, string>>>> = {
  EUR: { bank: '1200', receivables: '1400', outputTax: '1776', revenue: '8400' },
  CHF: { bank: '1201', receivables: '1401', outputTax: '1777', revenue: '8401' },
};

export const OPERATING_ACCOUNTS = {
  capital: '0800',
  inputTax: '1576',
  purchases: '3400',
  salaries: '4120',
  rent: '4210',
  freight: '4730',
} as const;

const CHART = [
  ['0800', 'Subscribed capital', 'EQUITY', 'EUR'],
  ['1200', 'Bank', 'ASSET', 'EUR'],
  ['1201', 'Bank, Swiss francs', 'ASSET', 'CHF'],
  ['1400', 'Trade receivables', 'ASSET', 'EUR'],
  ['1401', 'Trade receivables, Swiss francs', 'ASSET', 'CHF'],
  ['1576', 'Input tax 19 %', 'ASSET', 'EUR'],
  ['1600', 'Trade payables', 'LIABILITY', 'EUR'],
  ['1776', 'Output tax', 'LIABILITY', 'EUR'],
  ['1777', 'Output tax, Swiss francs', 'LIABILITY', 'CHF'],
  ['3400', 'Purchases of goods', 'EXPENSE', 'EUR'],
  ['4120', 'Salaries', 'EXPENSE', 'EUR'],
  ['4210', 'Rent', 'EXPENSE', 'EUR'],
  ['4730', 'Outgoing freight', 'EXPENSE', 'EUR'],
  ['8400', 'Revenue', 'REVENUE', 'EUR'],
  ['8401', 'Revenue, Swiss francs', 'REVENUE', 'CHF'],
] as const;

export function makeLedgerAccounts(): readonly LedgerAccount[] {
  return CHART.map(([number, name, kind, currency]) => ({
    id: ledgerAccountId(number),
    number,
    name,
    kind,
    currency,
  }));
}

export function ledgerAccountId(number: string): string {
  return globalIdOf('LedgerAccount', number);
}
