/**
 * How far an order is billed, from its invoices and its total; both are without tax. Knows no GraphQL and no table.
 */

import type { MoneyValue } from '../../kit/money.ts';
import type { InvoiceRow } from '../connector/invoices.ts';

export type BillingStatus = 'NOT_BILLED' | 'PARTIALLY_BILLED' | 'BILLED' | 'PAID';

type Billed = Pick<InvoiceRow, 'kind' | 'status' | 'currency' | 'netMinor'>;

/** What is billed in another currency than the total's cannot be compared with it, and covers nothing of it. */
export function billingStatusOf(total: MoneyValue, invoices: readonly Billed[]): BillingStatus {
  const standing = invoices.filter(({ kind, status }) => kind === 'INVOICE' && status !== 'CANCELLED');
  if (standing.length === 0) return 'NOT_BILLED';
  const billedMinor = standing
    .filter(({ currency }) => currency === total.currency)
    .reduce((sum, { netMinor }) => sum + netMinor, 0n);
  if (billedMinor < total.minor) return 'PARTIALLY_BILLED';
  return standing.every(({ status }) => status === 'PAID') ? 'PAID' : 'BILLED';
}
