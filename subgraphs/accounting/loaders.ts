/**
 * Every batched read of accounting, one set for each request.
 */

import type { Database } from '../kit/database.ts';
import { EMPTY_PAGE, loaderById, loaderByParent, loaderOfChildren } from '../kit/loaders.ts';
import type { Page, PageRequest } from '../kit/page.ts';
import { readCustomerAccounts, readReceivables } from './connector/customer-accounts.ts';
import { readLinesOfInvoices } from './connector/invoice-lines.ts';
import {
  countInvoicesOfCustomers,
  pageInvoicesOfCustomers,
  readCreditNotes,
  readInvoices,
  readInvoicesByNumber,
  readInvoicesOfOrders,
  type InvoiceConditions,
  type InvoiceRow,
} from './connector/invoices.ts';
import { readJournalEntries, readLinesOfEntries } from './connector/journal.ts';
import {
  readDebitBalances,
  readLedgerAccounts,
  readLedgerAccountsByNumber,
} from './connector/ledger-accounts.ts';
import { readPayments, readPaymentsOfInvoices } from './connector/payments.ts';
import { readPurchasePrices } from './connector/purchase-prices.ts';

/** A page of a customer's invoices, narrowed by the list's own conditions. */
interface NarrowedPage {
  readonly page: PageRequest;
  readonly conditions: InvoiceConditions;
}

export type AccountingLoaders = ReturnType<typeof createAccountingLoaders>;

export function createAccountingLoaders(database: Database) {
  return {
    customerAccount: loaderById((ids) => readCustomerAccounts(database, ids)),
    receivable: loaderById((ids) => readReceivables(database, ids)),
    purchasePrice: loaderById((ids) => readPurchasePrices(database, ids)),
    invoice: loaderById((ids) => readInvoices(database, ids)),
    invoiceByNumber: loaderById((numbers) => readInvoicesByNumber(database, numbers)),
    creditNoteOfInvoice: loaderById((ids) => readCreditNotes(database, ids)),
    linesOfInvoice: loaderOfChildren((ids) => readLinesOfInvoices(database, ids)),
    invoicesOfOrder: loaderOfChildren((ids) => readInvoicesOfOrders(database, ids)),
    invoicesOfCustomer: loaderByParent<NarrowedPage, Page<InvoiceRow>>(
      (ids, { page, conditions }) => pageInvoicesOfCustomers(database, ids, conditions, page),
      EMPTY_PAGE,
    ),
    invoiceCountOfCustomer: loaderByParent<InvoiceConditions, number>(
      (ids, conditions) => countInvoicesOfCustomers(database, ids, conditions),
      0,
    ),
    payment: loaderById((ids) => readPayments(database, ids)),
    paymentsOfInvoice: loaderOfChildren((ids) => readPaymentsOfInvoices(database, ids)),
    ledgerAccount: loaderById((ids) => readLedgerAccounts(database, ids)),
    ledgerAccountByNumber: loaderById((numbers) => readLedgerAccountsByNumber(database, numbers)),
    debitBalance: loaderById((ids) => readDebitBalances(database, ids)),
    journalEntry: loaderById((ids) => readJournalEntries(database, ids)),
    linesOfEntry: loaderOfChildren((ids) => readLinesOfEntries(database, ids)),
  };
}
