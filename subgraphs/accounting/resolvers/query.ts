/**
 * Accounting's root fields: what a client can begin with.
 */

import { z } from 'zod';

import { day, idOf, optional, pageArguments, parseArguments, searchText } from '../../kit/arguments.ts';
import { connectionOf } from '../../kit/connection.ts';
import { pageRequestOf } from '../../kit/page.ts';
import { isVisible } from '../../kit/rules.ts';
import type { SubgraphContext } from '../../kit/subgraph-context.ts';
import type { Resolvers } from '../../kit/subgraph.ts';
import { countInvoices, invoicesOrder, pageInvoices } from '../connector/invoices.ts';
import { countJournalEntries, JOURNAL_BY_DAY, pageJournalEntries } from '../connector/journal.ts';
import {
  countLedgerAccounts,
  LEDGER_ACCOUNTS_BY_NUMBER,
  pageLedgerAccounts,
} from '../connector/ledger-accounts.ts';
import { countPayments, pagePayments, PAYMENTS_BY_DAY } from '../connector/payments.ts';
import type { AccountingLoaders } from '../loaders.ts';

type Context = SubgraphContext<AccountingLoaders>;

const invoiceNumber = z.string().regex(/^R-\d{4}-\d{6,9}$/, 'Not an invoice number such as R-2026-000123.');
const accountNumber = z.string().regex(/^\d{4,8}$/, 'Not the number of a ledger account such as 1200.');

const invoicesArguments = pageArguments.extend({
  search: optional(searchText),
  filter: optional(
    z.object({
      kind: optional(z.string()),
      status: optional(z.string()),
      customerId: optional(idOf('Customer')),
      orderId: optional(idOf('Order')),
      issuedFrom: optional(day),
      issuedTo: optional(day),
      dueBefore: optional(day),
    }),
  ),
  orderBy: z.object({
    field: z.enum(['ISSUED_ON', 'DUE_ON', 'NUMBER', 'TOTAL']),
    direction: z.enum(['ASC', 'DESC']),
  }),
});

const paymentsArguments = pageArguments.extend({
  filter: optional(
    z.object({
      invoiceId: optional(idOf('Invoice')),
      method: optional(z.string()),
      receivedFrom: optional(day),
      receivedTo: optional(day),
    }),
  ),
});

const ledgerAccountsArguments = pageArguments.extend({ kind: optional(z.string()) });

const journalEntriesArguments = pageArguments.extend({
  filter: optional(
    z.object({
      accountId: optional(idOf('LedgerAccount')),
      postedFrom: optional(day),
      postedTo: optional(day),
    }),
  ),
});

export const queryResolvers = {
  invoice: async (_root, given, context) => {
    const { id } = parseArguments(z.object({ id: idOf('Invoice') }), given);
    return visible(context, await context.loaders.invoice.load(id));
  },
  invoiceByNumber: async (_root, given, context) => {
    const { number } = parseArguments(z.object({ number: invoiceNumber }), given);
    return visible(context, await context.loaders.invoiceByNumber.load(number));
  },
  invoices: async (_root, given, { database }) => {
    const { first, after, filter, search, orderBy } = parseArguments(invoicesArguments, given);
    const keyset = invoicesOrder(orderBy.field, orderBy.direction);
    const conditions = { ...filter, search };
    const page = await pageInvoices(database, conditions, keyset, pageRequestOf(first, after, keyset));
    return connectionOf(page, () => countInvoices(database, conditions));
  },
  payment: async (_root, given, context) => {
    const { id } = parseArguments(z.object({ id: idOf('Payment') }), given);
    return visible(context, await context.loaders.payment.load(id));
  },
  payments: async (_root, given, { database }) => {
    const { first, after, filter = {} } = parseArguments(paymentsArguments, given);
    const page = await pagePayments(database, filter, pageRequestOf(first, after, PAYMENTS_BY_DAY));
    return connectionOf(page, () => countPayments(database, filter));
  },
  ledgerAccount: (_root, given, { loaders }) =>
    loaders.ledgerAccount.load(parseArguments(z.object({ id: idOf('LedgerAccount') }), given).id),
  ledgerAccountByNumber: (_root, given, { loaders }) =>
    loaders.ledgerAccountByNumber.load(parseArguments(z.object({ number: accountNumber }), given).number),
  ledgerAccounts: async (_root, given, { database }) => {
    const { first, after, kind } = parseArguments(ledgerAccountsArguments, given);
    const request = pageRequestOf(first, after, LEDGER_ACCOUNTS_BY_NUMBER);
    return connectionOf(await pageLedgerAccounts(database, kind, request), () =>
      countLedgerAccounts(database, kind),
    );
  },
  journalEntry: (_root, given, { loaders }) =>
    loaders.journalEntry.load(parseArguments(z.object({ id: idOf('JournalEntry') }), given).id),
  journalEntries: async (_root, given, { database }) => {
    const { first, after, filter = {} } = parseArguments(journalEntriesArguments, given);
    const page = await pageJournalEntries(database, filter, pageRequestOf(first, after, JOURNAL_BY_DAY));
    return connectionOf(page, () => countJournalEntries(database, filter));
  },
} satisfies Resolvers<AccountingLoaders>[string];

/** What belongs to another customer is as if it were not there. */
function visible<Row extends { readonly customerId: string }>(
  { principal }: Context,
  row: Row | null,
): Row | null {
  return isVisible(principal, 'invoices:read', row) ? row : null;
}
