/**
 * Who may see what of accounting: for every field a rule and why. This file is the policy; the subgraph enforces it
 * with the meaning of graphql-shield and denies what it does not name. What is marked sensitive is written down.
 */

import { connectionPermissions, eachOf, valuePermissions, type Permissions } from '../kit/permissions.ts';
import { anyone, holds, holdsOrIsCustomer, holdsOrOwns, holdsOrSeesOwn } from '../kit/rules.ts';

const KEY = [anyone, 'A key says nothing by itself, and other systems join on it.'] as const;
const BROUGHT_ALONG = [
  anyone,
  'Another system’s field: it guards it, and it is not answered from here.',
] as const;
const WRITTEN = [
  anyone,
  'What the mutation changed; the mutation is guarded, and so is every field of it.',
] as const;
const LEDGER = [
  holds('ledger:read'),
  'The books as a whole are for finance and for those who audit it.',
  { sensitive: true },
] as const;
const INVOICES = [
  holds('invoices:read'),
  'The list of all invoices is for colleagues who work with them.',
] as const;
const ONE_INVOICE = [
  holdsOrSeesOwn('invoices:read'),
  'Colleagues find any invoice or payment, customers their own.',
] as const;
const OF_INVOICE = [
  holdsOrOwns('invoices:read'),
  'For colleagues who work with invoices, and the customer who was sent it.',
] as const;
const CREDIT = [
  holdsOrIsCustomer('credit:read'),
  'Agreed with the customer, or owed by them: they may see it, and colleagues who grant credit must.',
  { sensitive: true },
] as const;

export const permissions: Permissions = {
  owner: 'finance',
  fields: {
    Query: {
      ...eachOf(['invoice', 'invoiceByNumber', 'payment'], ONE_INVOICE),
      ...eachOf(['invoices', 'payments'], INVOICES),
      ...eachOf(
        ['ledgerAccount', 'ledgerAccountByNumber', 'ledgerAccounts', 'journalEntry', 'journalEntries'],
        LEDGER,
      ),
    },
    Mutation: {
      ...eachOf(
        ['issueInvoice', 'recordPayment', 'cancelInvoice'],
        [holds('invoices:write'), 'Posts to the ledger: finance alone keeps the books.'],
      ),
      setCreditLimit: [holds('credit:write'), 'Finance bears the risk of credit.'],
    },
    Subscription: {
      invoiceChanged: [
        holdsOrSeesOwn('invoices:read'),
        'As the invoices themselves: colleagues hear of any, customers of their own.',
      ],
    },
    Customer: {
      id: KEY,
      ...eachOf(['creditLimit', 'receivable', 'creditAvailable', 'paymentTermDays'], CREDIT),
      dunningLevel: [holds('credit:read'), 'Our own view of how the customer pays.'],
      creditVersion: [holds('credit:read'), 'Only needed to set the limit, which customers do not.'],
      invoices: [holdsOrIsCustomer('invoices:read'), 'Customers were sent these invoices.'],
    },
    Order: {
      id: KEY,
      number: [anyone, 'Printed on the invoice through which it is reached, which is guarded.'],
      total: BROUGHT_ALONG,
      invoices: [
        holdsOrSeesOwn('invoices:read'),
        'Invoices show amounts and payments; customers find those that they were sent.',
      ],
      billingStatus: [
        holdsOrSeesOwn('orders:read'),
        'Part of how an order stands, so for all who read orders; it tells no amount. Customers see their own.',
      ],
    },
    ProductVariant: {
      id: KEY,
      price: BROUGHT_ALONG,
      ...eachOf(
        ['purchasePrice', 'margin'],
        [
          holds('costs:read'),
          'What we earn on an article is secret, and prices of suppliers are confidential.',
          { sensitive: true },
        ],
      ),
    },
    Invoice: {
      id: KEY,
      ...eachOf(
        [
          'number',
          'kind',
          'status',
          'customer',
          'order',
          'recipientName',
          'recipientAddress',
          'issuedOn',
          'dueOn',
          'lines',
          'net',
          'tax',
          'total',
          'paid',
          'outstanding',
          'payments',
          'cancels',
          'cancelledBy',
          'reason',
          'createdAt',
        ],
        OF_INVOICE,
      ),
      journalEntry: LEDGER,
    },
    Payment: {
      id: KEY,
      ...eachOf(['invoice', 'amount', 'receivedOn', 'method', 'reference', 'createdAt'], OF_INVOICE),
      journalEntry: LEDGER,
    },
    LedgerAccount: { id: KEY, ...eachOf(['number', 'name', 'kind', 'balance'], LEDGER) },
    JournalEntry: {
      id: KEY,
      ...eachOf(['number', 'postedOn', 'description', 'lines', 'createdAt'], LEDGER),
    },
    IssueInvoicePayload: { invoice: WRITTEN },
    RecordPaymentPayload: { payment: WRITTEN },
    SetCreditLimitPayload: { customer: WRITTEN },
    CancelInvoicePayload: { creditNote: WRITTEN },
    ...connectionPermissions('Invoice'),
    ...connectionPermissions('Payment'),
    ...connectionPermissions('LedgerAccount'),
    ...connectionPermissions('JournalEntry'),
    ...valuePermissions({
      InvoiceLine: ['position', 'description', 'quantity', 'unitPrice', 'taxRate', 'net', 'variant'],
      JournalLine: ['position', 'account', 'debit', 'credit'],
      Address: ['street', 'postalCode', 'city', 'country'],
      Money: ['amount', 'currency'],
      PageInfo: ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'],
    }),
  },
};
