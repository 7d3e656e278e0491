/**
 * Accounting's documents from the plans: invoices and credit notes numbered without gaps in the order of issue,
 * payments, and the journal that they post.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import type { AccountingData, CustomerAccount, Invoice, JournalEntry, Payment } from './accounting-data.ts';
import { addDays, dayOf, daysBetween, TODAY } from './calendar.ts';
import type { CustomerTerms } from './customer-terms.ts';
import { amountsOf, type InvoicePlan } from './invoice-plans.ts';
import { creditNoteLines, invoiceLines, operatingPostings, paymentLines, type Posting } from './journal.ts';
import { makeLedgerAccounts } from './ledger-accounts.ts';
import { numberByYear, type Counters } from './number-by-year.ts';
import type { PaymentPlan } from './payment-plans.ts';

export type Books = Omit<AccountingData, 'purchasePrices' | 'orderCopies'>;

type Payments = ReadonlyMap<InvoicePlan, readonly PaymentPlan[]>;
/** An invoice that has its number but not yet its entry in the journal. */
type Issued = Omit<Invoice, 'journalEntryId'>;
type Received = Omit<Payment, 'journalEntryId'>;

interface Document {
  readonly kind: Invoice['kind'];
  readonly plan: InvoicePlan;
  readonly issuedAt: string;
}

export function makeBooks(
  plans: readonly InvoicePlan[],
  payments: Payments,
  known: readonly CustomerTerms[],
): Books {
  const { items, counters: invoiceCounters } = numberByYear(
    'R',
    plans.flatMap(documentsOf),
    ({ issuedAt }) => issuedAt,
  );
  const invoiceItems = items.filter(([, { kind }]) => kind === 'INVOICE');
  const numberOf = new Map(invoiceItems.map(([number, { plan }]) => [plan, number]));
  const issued = items.map(([number, document]) => issue(number, document, { payments, numberOf }));
  const received = plans.flatMap((plan) => receive(plan, numberOf.get(plan) ?? '', payments.get(plan) ?? []));
  const postings = [
    ...issued.map(postInvoice),
    ...postPayments(received, issued),
    ...operatingPostings(issued),
  ];
  const { entries, entryIdOf, counters: journalCounters } = numberEntries(postings);
  const invoices = issued.map((invoice) => ({ ...invoice, journalEntryId: entryIdOf(invoice.id) }));
  return {
    ledgerAccounts: makeLedgerAccounts(),
    customerAccounts: withDunningLevels(known, invoices),
    journalEntries: entries,
    invoices,
    payments: received.map((payment) => ({ ...payment, journalEntryId: entryIdOf(payment.id) })),
    invoiceCounters,
    journalCounters,
  };
}

function documentsOf(plan: InvoicePlan): readonly Document[] {
  const invoice: Document = { kind: 'INVOICE', plan, issuedAt: plan.issuedAt };
  if (plan.cancellation === null) return [invoice];
  return [invoice, { kind: 'CREDIT_NOTE', plan, issuedAt: plan.cancellation.issuedAt }];
}

function issue(
  number: string,
  { kind, plan, issuedAt }: Document,
  known: { readonly payments: Payments; readonly numberOf: ReadonlyMap<InvoicePlan, string> },
): Issued {
  const { account } = plan.terms;
  const isInvoice = kind === 'INVOICE';
  const paid = isInvoice ? (known.payments.get(plan) ?? []) : [];
  const cancelledNumber = known.numberOf.get(plan) ?? '';
  return {
    id: invoiceId(number),
    number,
    kind,
    customerId: account.customerId,
    orderId: plan.order?.id ?? null,
    orderNumber: plan.order?.number ?? null,
    recipientName: account.name,
    recipientAddress: account.address,
    issuedOn: dayOf(issuedAt),
    dueOn: addDays(dayOf(issuedAt), isInvoice ? account.paymentTermDays : 0),
    currency: account.currency,
    ...amountsOf(plan),
    paidMinor: paid.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    cancelsId: isInvoice ? null : invoiceId(cancelledNumber),
    isCancelled: isInvoice && plan.cancellation !== null,
    reason: isInvoice ? null : (plan.cancellation?.reason ?? null),
    createdAt: issuedAt,
    lines: plan.lines,
  };
}

function receive(
  plan: InvoicePlan,
  invoiceNumber: string,
  payments: readonly PaymentPlan[],
): readonly Received[] {
  return payments.map(({ receivedAt, amountMinor, method, isReferenced }, index) => ({
    id: globalIdOf('Payment', `${invoiceNumber}/${index + 1}`),
    invoiceId: invoiceId(invoiceNumber),
    amountMinor,
    receivedOn: dayOf(receivedAt),
    method,
    reference: isReferenced ? `${invoiceNumber} ${plan.terms.account.customerNumber}` : null,
    createdAt: receivedAt,
  }));
}

function postInvoice(invoice: Issued): Posting {
  const isInvoice = invoice.kind === 'INVOICE';
  return {
    source: invoice.id,
    postedAt: invoice.createdAt,
    description: `${isInvoice ? 'Invoice' : 'Credit note'} ${invoice.number}`,
    lines: isInvoice ? invoiceLines(invoice) : creditNoteLines(invoice),
  };
}

function postPayments(payments: readonly Received[], invoices: readonly Issued[]): readonly Posting[] {
  const invoiceOf = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  return payments.flatMap((payment) => {
    const invoice = invoiceOf.get(payment.invoiceId);
    if (invoice === undefined) return [];
    return {
      source: payment.id,
      postedAt: payment.createdAt,
      description: `Payment for ${invoice.number}`,
      lines: paymentLines(invoice, payment.amountMinor),
    };
  });
}

function numberEntries(postings: readonly Posting[]): {
  readonly entries: readonly JournalEntry[];
  readonly entryIdOf: (source: string) => string;
  readonly counters: Counters;
} {
  const { items, counters } = numberByYear('J', postings, ({ postedAt }) => postedAt);
  const ids = new Map<string, string>();
  const entries = items.map(([number, { source, postedAt, description, lines }]) => {
    const id = globalIdOf('JournalEntry', number);
    ids.set(source, id);
    return { id, number, postedOn: dayOf(postedAt), description, createdAt: postedAt, lines };
  });
  const entryIdOf = (source: string): string => {
    const id = ids.get(source);
    if (id === undefined) throw new Error(`Nothing was posted for ${source}.`);
    return id;
  };
  return { entries, entryIdOf, counters };
}

function withDunningLevels(
  known: readonly CustomerTerms[],
  invoices: readonly Invoice[],
): readonly CustomerAccount[] {
  const overdueDays = new Map<string, number>();
  for (const { customerId, kind, isCancelled, paidMinor, totalMinor, dueOn } of invoices) {
    if (kind === 'CREDIT_NOTE' || isCancelled || paidMinor === totalMinor) continue;
    overdueDays.set(customerId, Math.max(overdueDays.get(customerId) ?? 0, daysBetween(dueOn, TODAY)));
  }
  return known.map(({ account }) => {
    return { ...account, dunningLevel: dunningLevel(overdueDays.get(account.customerId) ?? 0) };
  });
}

function dunningLevel(overdueDays: number): number {
  if (overdueDays <= 7) return 0;
  if (overdueDays <= 30) return 1;
  return overdueDays <= 60 ? 2 : 3;
}

function invoiceId(number: string): string {
  return globalIdOf('Invoice', number);
}
