/**
 * Accounting's own types: how each is found from its key, and the fields that are not simply columns of its row.
 */

import { hiddenFromCustomers } from '../../kit/hidden-from-customers.ts';
import { moneyOf } from '../../kit/money.ts';
import { isVisible } from '../../kit/rules.ts';
import type { Resolvers } from '../../kit/subgraph.ts';
import type { InvoiceLineRow } from '../connector/invoice-lines.ts';
import type { InvoiceRow } from '../connector/invoices.ts';
import type { JournalEntryRow, JournalLineRow } from '../connector/journal.ts';
import type { LedgerAccountRow } from '../connector/ledger-accounts.ts';
import type { PaymentRow } from '../connector/payments.ts';
import type { AccountingLoaders } from '../loaders.ts';

interface Reference {
  readonly id: string;
}

export const entityResolvers = {
  Invoice: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) => {
      const invoice = await loaders.invoice.load(id);
      return isVisible(principal, 'invoices:read', invoice) ? invoice : null;
    },
    customer: ({ customerId }: InvoiceRow) => ({ id: customerId }),
    order: ({ orderId, orderNumber }: InvoiceRow) =>
      orderId === null ? null : { id: orderId, number: orderNumber },
    recipientAddress: (row: InvoiceRow) =>
      row.recipientStreet === null
        ? null
        : {
            street: row.recipientStreet,
            postalCode: row.recipientPostalCode,
            city: row.recipientCity,
            country: row.recipientCountry,
          },
    lines: ({ id }: InvoiceRow, _given, { loaders }) => loaders.linesOfInvoice.load(id),
    net: ({ netMinor, currency }: InvoiceRow) => moneyOf(netMinor, currency),
    tax: ({ taxMinor, currency }: InvoiceRow) => moneyOf(taxMinor, currency),
    total: ({ totalMinor, currency }: InvoiceRow) => moneyOf(totalMinor, currency),
    paid: ({ paidMinor, currency }: InvoiceRow) => moneyOf(paidMinor, currency),
    outstanding: ({ status, totalMinor, paidMinor, currency }: InvoiceRow) => {
      const isOwed = status !== 'CANCELLED' && status !== 'CREDITED';
      return moneyOf(isOwed ? totalMinor - paidMinor : 0n, currency);
    },
    payments: ({ id }: InvoiceRow, _given, { loaders }) => loaders.paymentsOfInvoice.load(id),
    cancels: ({ cancelsId }: InvoiceRow, _given, { loaders }) =>
      cancelsId === null ? null : loaders.invoice.load(cancelsId),
    cancelledBy: ({ id, isCancelled }: InvoiceRow, _given, { loaders }) =>
      isCancelled ? loaders.creditNoteOfInvoice.load(id) : null,
    journalEntry: ({ journalEntryId }: InvoiceRow, _given, { loaders }) =>
      loaders.journalEntry.load(journalEntryId),
  },
  InvoiceLine: {
    unitPrice: ({ unitPriceMinor, currency }: InvoiceLineRow) => moneyOf(unitPriceMinor, currency),
    net: ({ netMinor, currency }: InvoiceLineRow) => moneyOf(netMinor, currency),
    variant: ({ variantId }: InvoiceLineRow) => (variantId === null ? null : { id: variantId }),
  },
  Payment: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) => {
      const payment = await loaders.payment.load(id);
      return isVisible(principal, 'invoices:read', payment) ? payment : null;
    },
    invoice: ({ invoiceId }: PaymentRow, _given, { loaders }) => loaders.invoice.load(invoiceId),
    amount: ({ amountMinor, currency }: PaymentRow) => moneyOf(amountMinor, currency),
    journalEntry: ({ journalEntryId }: PaymentRow, _given, { loaders }) =>
      loaders.journalEntry.load(journalEntryId),
  },
  LedgerAccount: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      hiddenFromCustomers(principal, 'ledger:read', await loaders.ledgerAccount.load(id)),
    balance: async ({ id, kind, currency }: LedgerAccountRow, _given, { loaders }) => {
      const debitBalance = (await loaders.debitBalance.load(id)) ?? 0n;
      const growsByDebits = kind === 'ASSET' || kind === 'EXPENSE';
      return moneyOf(growsByDebits ? debitBalance : -debitBalance, currency);
    },
  },
  JournalEntry: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      hiddenFromCustomers(principal, 'ledger:read', await loaders.journalEntry.load(id)),
    lines: ({ id }: JournalEntryRow, _given, { loaders }) => loaders.linesOfEntry.load(id),
  },
  JournalLine: {
    account: ({ accountId }: JournalLineRow, _given, { loaders }) => loaders.ledgerAccount.load(accountId),
    debit: ({ debitMinor, currency }: JournalLineRow) =>
      debitMinor === 0n ? null : moneyOf(debitMinor, currency),
    credit: ({ creditMinor, currency }: JournalLineRow) =>
      creditMinor === 0n ? null : moneyOf(creditMinor, currency),
  },
} satisfies Resolvers<AccountingLoaders>;
