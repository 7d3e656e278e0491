/**
 * Accounting's arithmetic: what an invoice comes to, how far an order is billed, which day it is in the books.
 */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { accountingDay } from '../../../subgraphs/accounting/connector/accounting-day.ts';
import { amountsOf } from '../../../subgraphs/accounting/connector/invoice-amounts.ts';
import { billingStatusOf } from '../../../subgraphs/accounting/resolvers/billing-status.ts';

const line = (quantity: number, unitPriceMinor: bigint, taxRate = '0.19') => ({
  quantity,
  unitPriceMinor,
  taxRate,
});

test('tax is rounded half up, once for each rate', () => {
  const half = amountsOf([line(1, 50n, '0.01')]);
  expect(half).toEqual({ netMinor: 50n, taxMinor: 1n, totalMinor: 51n });
  const belowHalf = amountsOf([line(1, 49n, '0.01')]);
  expect(belowHalf).toEqual({ netMinor: 49n, taxMinor: 0n, totalMinor: 49n });
  const together = amountsOf([line(3, 13n), line(1, 50n, '0.07'), line(2, 80n, '0')]);
  expect(together).toEqual({ netMinor: 249n, taxMinor: 11n, totalMinor: 260n });
});

test('one rate is one rate, however it is written', () => {
  const lines = [line(1, 3n, '0.1'), line(1, 2n, '0.1000')];
  expect(amountsOf(lines)).toEqual({ netMinor: 5n, taxMinor: 1n, totalMinor: 6n });
});

test('the order of lines changes nothing, and tax is never further from exact than half a cent for each rate', () => {
  const anyLine = fc.record({
    quantity: fc.integer({ min: 1, max: 1000 }),
    unitPriceMinor: fc.bigInt({ min: 1n, max: 10_000_000n }),
    taxRate: fc.constantFrom('0', '0.07', '0.19', '0.0812'),
  });
  fc.assert(
    fc.property(fc.array(anyLine, { minLength: 1, maxLength: 20 }), (lines) => {
      const amounts = amountsOf(lines);
      expect(amountsOf(lines.toReversed())).toEqual(amounts);
      const exact = lines.reduce(
        (tax, { quantity, unitPriceMinor, taxRate }) =>
          tax + BigInt(quantity) * unitPriceMinor * BigInt(Math.round(Number(taxRate) * 10_000)),
        0n,
      );
      const rates = BigInt(new Set(lines.map(({ taxRate }) => taxRate)).size);
      const distance = amounts.taxMinor * 10_000n - exact;
      expect(distance <= 5_000n * rates && distance >= -5_000n * rates).toBe(true);
    }),
  );
});

const invoice = (
  netMinor: bigint,
  status: 'OPEN' | 'PARTIALLY_PAID' | 'PAID' | 'CANCELLED',
  currency = 'EUR',
) => ({
  kind: 'INVOICE' as const,
  status,
  currency,
  netMinor,
});
const creditNote = { kind: 'CREDIT_NOTE', status: 'CREDITED', currency: 'EUR', netMinor: 100n } as const;

test.each([
  ['nothing', [], 'NOT_BILLED'],
  ['what was cancelled', [invoice(100n, 'CANCELLED'), creditNote], 'NOT_BILLED'],
  ['a part', [invoice(60n, 'PAID')], 'PARTIALLY_BILLED'],
  ['another currency', [invoice(100n, 'PAID', 'CHF')], 'PARTIALLY_BILLED'],
  ['all in two parts, one of them paid', [invoice(60n, 'PAID'), invoice(40n, 'OPEN')], 'BILLED'],
  ['all, half paid', [invoice(100n, 'PARTIALLY_PAID')], 'BILLED'],
  ['all, paid', [invoice(60n, 'PAID'), invoice(40n, 'PAID')], 'PAID'],
  ['more, for postage', [invoice(107n, 'PAID')], 'PAID'],
  ['anew after a cancellation', [invoice(100n, 'CANCELLED'), creditNote, invoice(100n, 'OPEN')], 'BILLED'],
] as const)('an order of which %s is billed', (_what, invoices, status) => {
  expect(billingStatusOf({ minor: 100n, currency: 'EUR' }, invoices)).toBe(status);
});

test('the books close at midnight where the company has its seat', () => {
  expect(accountingDay(new Date('2026-12-31T22:59:59Z'))).toBe('2026-12-31');
  expect(accountingDay(new Date('2026-12-31T23:00:00Z'))).toBe('2027-01-01');
  expect(accountingDay(new Date('2026-06-30T22:00:00Z'))).toBe('2026-07-01');
});
