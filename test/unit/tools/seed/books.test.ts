/**
 * The books of the reference company: every entry balances, the ledger and the documents say the same, and no
 * number is missing.
 */

import type { Company } from '../../../../tools/seed/company.ts';
import type { AccountingData } from '../../../../tools/seed/accounting-data.ts';
import { TRADE_ACCOUNTS } from '../../../../tools/seed/ledger-accounts.ts';
import { makeCompany } from '../../../../tools/seed/make-company.ts';

const SIZES: readonly (readonly [string, Company])[] = [
  ['small', makeCompany('small')],
  ['demo', makeCompany('demo')],
];

test.each(SIZES)('%s: the debits of every entry equal its credits, in one currency', (_, { accounting }) => {
  const currencyOf = new Map(accounting.ledgerAccounts.map(({ id, currency }) => [id, currency]));
  const wrong = accounting.journalEntries.filter(({ lines }) => {
    const balance = lines.reduce((sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor, 0);
    const currencies = new Set(lines.map(({ accountId }) => currencyOf.get(accountId)));
    return balance !== 0 || lines.length < 2 || currencies.size !== 1 || currencies.has(undefined);
  });

  expect(wrong).toEqual([]);
});

test.each(SIZES)('%s: each customer owes by the ledger what the documents say', (_, { accounting }) => {
  expect(receivablesByLedger(accounting)).toEqual(receivablesByDocuments(accounting));
});

test.each(SIZES)('%s: what is paid for an invoice is the sum of its payments', (_, { accounting }) => {
  const paid = Map.groupBy(accounting.payments, ({ invoiceId }) => invoiceId);
  const wrong = accounting.invoices.filter(({ id, paidMinor, totalMinor }) => {
    const sum = (paid.get(id) ?? []).reduce((total, { amountMinor }) => total + amountMinor, 0);
    return sum !== paidMinor || paidMinor > totalMinor;
  });

  expect(wrong).toEqual([]);
});

test.each(SIZES)('%s: numbers have no gaps and rise with the day of issue', (_, { accounting, shop }) => {
  const invoices = accounting.invoices.map(({ number, issuedOn }) => ({ number, day: issuedOn }));
  const entries = accounting.journalEntries.map(({ number, postedOn }) => ({ number, day: postedOn }));
  const orders = shop.orders.map(({ number, placedAt }) => ({ number, day: placedAt.slice(0, 10) }));

  expect(countByYear('R', invoices)).toEqual(accounting.invoiceCounters);
  expect(countByYear('J', entries)).toEqual(accounting.journalCounters);
  expect(countByYear('B', orders)).toEqual(shop.orderCounters);
});

test.each(SIZES)(
  '%s: the invoices of an order that count never exceed its total',
  (_, { accounting, shop }) => {
    const orderOf = new Map(shop.orders.map((order) => [order.id, order]));
    const billed = Map.groupBy(
      accounting.invoices.filter(({ kind, isCancelled }) => kind === 'INVOICE' && !isCancelled),
      ({ orderId }) => orderId,
    );
    const wrong = [...billed].filter(([orderId, invoices]) => {
      if (orderId === null) return false;
      const order = orderOf.get(orderId);
      const net = invoices.reduce((sum, { netMinor }) => sum + netMinor, 0);
      return (
        order === undefined ||
        net > order.totalMinor ||
        invoices.some((one) => one.currency !== order.currency)
      );
    });

    expect(wrong).toEqual([]);
  },
);

test.each(SIZES)(
  '%s: an invoice is issued before it is paid and paid before it is cancelled',
  (_, { accounting }) => {
    const invoiceOf = new Map(accounting.invoices.map((invoice) => [invoice.id, invoice]));
    const creditNoteOf = new Map(accounting.invoices.map((invoice) => [invoice.cancelsId, invoice]));
    const wrong = accounting.payments.filter(({ invoiceId, createdAt }) => {
      const issuedAt = invoiceOf.get(invoiceId)?.createdAt ?? '9999';
      const creditedAt = creditNoteOf.get(invoiceId)?.createdAt ?? '9999';
      return createdAt < issuedAt || createdAt > creditedAt;
    });

    expect(wrong).toEqual([]);
  },
);

/** Minor units by customer; customers at zero are left out. */
function receivablesByLedger({
  journalEntries,
  ledgerAccounts,
}: AccountingData): ReadonlyMap<string, number> {
  const numbers: readonly string[] = [TRADE_ACCOUNTS.EUR.receivables, TRADE_ACCOUNTS.CHF.receivables];
  const receivables = new Set(
    ledgerAccounts.filter(({ number }) => numbers.includes(number)).map(({ id }) => id),
  );
  const lines = journalEntries
    .flatMap((entry) => entry.lines)
    .filter(({ accountId }) => receivables.has(accountId));
  return sumsOf(lines.map((line) => [line.customerId ?? 'nobody', line.debitMinor - line.creditMinor]));
}

function receivablesByDocuments({ invoices, payments }: AccountingData): ReadonlyMap<string, number> {
  const customerOf = new Map(invoices.map(({ id, customerId }) => [id, customerId]));
  return sumsOf([
    ...invoices.map(({ customerId, kind, totalMinor }): [string, number] => [
      customerId,
      kind === 'INVOICE' ? totalMinor : -totalMinor,
    ]),
    ...payments.map(({ invoiceId, amountMinor }): [string, number] => [
      customerOf.get(invoiceId) ?? 'nobody',
      -amountMinor,
    ]),
  ]);
}

function sumsOf(amounts: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [key, amount] of amounts) sums.set(key, (sums.get(key) ?? 0) + amount);
  return new Map([...sums].filter(([, sum]) => sum !== 0).sort());
}

/** The count of each year, if the numbers are exactly 1 to that count in the order of the days. */
function countByYear(
  letter: string,
  documents: readonly { readonly number: string; readonly day: string }[],
): Readonly<Record<string, number>> {
  const byDay = documents.toSorted((left, right) => (left.number < right.number ? -1 : 1));
  const counts: Record<string, number> = {};
  let before = '';
  for (const { number, day } of byDay) {
    const year = day.slice(0, 4);
    const count = (counts[year] ?? 0) + 1;
    if (number !== `${letter}-${year}-${String(count).padStart(6, '0')}` || day < before)
      return { [number]: count };
    counts[year] = count;
    before = day;
  }
  return counts;
}
