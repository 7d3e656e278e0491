/**
 * Postings: which accounts an invoice, a credit note, a payment and the month's costs move. Every entry balances and
 * stays in one currency. Knows no numbers of documents but what it is told.
 */

import type { Invoice, JournalLine } from './accounting-data.ts';
import { addDays, FIRST_DAY, TODAY } from './calendar.ts';
import { ledgerAccountId, OPERATING_ACCOUNTS, TRADE_ACCOUNTS, type TradeRole } from './ledger-accounts.ts';
import type { Currency } from './plain-values.ts';

/** An entry that has no number yet. */
export interface Posting {
  /** What posted it: the number of the document, or a name. */
  readonly source: string;
  readonly postedAt: string;
  readonly description: string;
  readonly lines: readonly JournalLine[];
}

type Sale = Pick<Invoice, 'kind' | 'currency' | 'issuedOn' | 'netMinor'>;
type Trade = Pick<Invoice, 'customerId' | 'currency' | 'netMinor' | 'taxMinor' | 'totalMinor'>;

/** What a month costs, as a share of what it sold, in hundredths. */
const COSTS = { purchases: 52, salaries: 24, rent: 4, freight: 3 } as const;
const COST_NAMES = { purchases: 'Goods', salaries: 'Salaries', rent: 'Rent', freight: 'Freight' } as const;
const CAPITAL_MINOR = 250_000_00;
const TAX_PERCENT = 19;

export function invoiceLines({
  customerId,
  currency,
  netMinor,
  taxMinor,
  totalMinor,
}: Trade): readonly JournalLine[] {
  const lines = [
    debit(tradeAccount(currency, 'receivables'), totalMinor, customerId),
    credit(tradeAccount(currency, 'revenue'), netMinor),
    credit(tradeAccount(currency, 'outputTax'), taxMinor),
  ];
  // A delivery without tax moves no tax account.
  return lines.filter(({ debitMinor, creditMinor }) => debitMinor + creditMinor > 0);
}

/** The same accounts with the sides exchanged. */
export function creditNoteLines(trade: Trade): readonly JournalLine[] {
  return invoiceLines(trade).map((line) => ({
    ...line,
    debitMinor: line.creditMinor,
    creditMinor: line.debitMinor,
  }));
}

export function paymentLines(
  { customerId, currency }: Pick<Trade, 'customerId' | 'currency'>,
  amountMinor: number,
): readonly JournalLine[] {
  return [
    debit(tradeAccount(currency, 'bank'), amountMinor),
    credit(tradeAccount(currency, 'receivables'), amountMinor, customerId),
  ];
}

/** What the company paid in and what each month cost, in euros. */
export function operatingPostings(invoices: readonly Sale[]): readonly Posting[] {
  const capital: Posting = {
    source: 'capital',
    postedAt: `${FIRST_DAY}T05:00:00.000Z`,
    description: 'Capital paid in',
    lines: [
      debit(tradeAccount('EUR', 'bank'), CAPITAL_MINOR),
      credit(ledgerAccountId(OPERATING_ACCOUNTS.capital), CAPITAL_MINOR),
    ],
  };
  return [capital, ...[...salesByMonth(invoices)].flatMap(([month, netMinor]) => costsOf(month, netMinor))];
}

function salesByMonth(invoices: readonly Sale[]): ReadonlyMap<string, number> {
  const sales = new Map<string, number>();
  for (const { kind, currency, issuedOn, netMinor } of invoices) {
    const month = issuedOn.slice(0, 7);
    if (kind === 'INVOICE' && currency === 'EUR') sales.set(month, (sales.get(month) ?? 0) + netMinor);
  }
  return sales;
}

function costsOf(month: string, salesMinor: number): readonly Posting[] {
  const postedAt = `${lastDayOf(month)}T16:00:00.000Z`;
  // Object.keys gives string[]; the constant has no other keys.
  const kinds = Object.keys(COSTS) as (keyof typeof COSTS)[];
  return kinds.map((kind) => {
    const netMinor = Math.max(100, Math.round((salesMinor * COSTS[kind]) / 100));
    const taxMinor = kind === 'purchases' ? Math.round((netMinor * TAX_PERCENT) / 100) : 0;
    const lines = [
      debit(ledgerAccountId(OPERATING_ACCOUNTS[kind]), netMinor),
      debit(ledgerAccountId(OPERATING_ACCOUNTS.inputTax), taxMinor),
      credit(tradeAccount('EUR', 'bank'), netMinor + taxMinor),
    ];
    return {
      source: `${kind}/${month}`,
      postedAt,
      description: `${COST_NAMES[kind]} ${month}`,
      lines: lines.filter(({ debitMinor, creditMinor }) => debitMinor + creditMinor > 0),
    };
  });
}

function lastDayOf(month: string): string {
  const [year = 0, count = 0] = month.split('-').map(Number);
  const next = `${year + Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}-01`;
  const last = addDays(next, -1);
  return last < TODAY ? last : TODAY;
}

function tradeAccount(currency: Currency, role: TradeRole): string {
  return ledgerAccountId(TRADE_ACCOUNTS[currency][role]);
}

function debit(accountId: string, debitMinor: number, customerId: string | null = null): JournalLine {
  return { accountId, customerId, debitMinor, creditMinor: 0 };
}

function credit(accountId: string, creditMinor: number, customerId: string | null = null): JournalLine {
  return { accountId, customerId, debitMinor: 0, creditMinor };
}
