/**
 * What accounting knows, as plain data. Amounts are whole minor units (cents, rappen), instants and days are text.
 */

import type { Counters } from './number-by-year.ts';
import type { Address, Currency } from './plain-values.ts';

export interface AccountingData {
  readonly ledgerAccounts: readonly LedgerAccount[];
  readonly customerAccounts: readonly CustomerAccount[];
  readonly journalEntries: readonly JournalEntry[];
  readonly invoices: readonly Invoice[];
  readonly payments: readonly Payment[];
  readonly purchasePrices: readonly PurchasePrice[];
  readonly orderCopies: readonly OrderCopy[];
  readonly invoiceCounters: Counters;
  readonly journalCounters: Counters;
}

export interface LedgerAccount {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly kind: 'ASSET' | 'LIABILITY' | 'EQUITY' | 'REVENUE' | 'EXPENSE';
  readonly currency: Currency;
}

export interface CustomerAccount {
  readonly customerId: string;
  readonly customerNumber: string;
  readonly name: string;
  readonly address: Address | null;
  readonly currency: Currency;
  readonly creditLimitMinor: number | null;
  readonly paymentTermDays: number;
  readonly dunningLevel: number;
}

export interface JournalEntry {
  readonly id: string;
  readonly number: string;
  readonly postedOn: string;
  readonly description: string;
  readonly createdAt: string;
  readonly lines: readonly JournalLine[];
}

export interface JournalLine {
  readonly accountId: string;
  /** Whose receivable it is, on a receivables account. */
  readonly customerId: string | null;
  readonly debitMinor: number;
  readonly creditMinor: number;
}

export interface Invoice {
  readonly id: string;
  readonly number: string;
  readonly kind: 'INVOICE' | 'CREDIT_NOTE';
  readonly customerId: string;
  readonly orderId: string | null;
  readonly orderNumber: string | null;
  readonly recipientName: string;
  readonly recipientAddress: Address | null;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly currency: Currency;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
  readonly paidMinor: number;
  readonly cancelsId: string | null;
  readonly isCancelled: boolean;
  readonly reason: string | null;
  readonly journalEntryId: string;
  readonly createdAt: string;
  readonly lines: readonly InvoiceLine[];
}

export interface InvoiceLine {
  readonly description: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** As a share of one, such as `0.19`. */
  readonly taxRate: string;
  readonly netMinor: number;
  readonly variantId: string | null;
}

export interface Payment {
  readonly id: string;
  readonly invoiceId: string;
  readonly amountMinor: number;
  readonly receivedOn: string;
  readonly method: 'BANK_TRANSFER' | 'CARD' | 'DIRECT_DEBIT' | 'CASH';
  readonly reference: string | null;
  readonly journalEntryId: string;
  readonly createdAt: string;
}

export interface PurchasePrice {
  readonly variantId: string;
  readonly priceMinor: number;
  readonly currency: Currency | 'USD';
}

export interface OrderCopy {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly isCancelled: boolean;
}
