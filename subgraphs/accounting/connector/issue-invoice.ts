/**
 * Issues an invoice: takes its number, posts it to the ledger and writes it, all or nothing. The recipient is copied
 * from the customer's account, because what was printed stays when the customer moves.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { mintId } from '../../kit/global-id.ts';
import { badInput, KnownError } from '../../kit/known-error.ts';
import { violatedConstraint } from '../../kit/violated-constraint.ts';
import { findTradeAccounts, type TradeAccounts } from './chart.ts';
import { readCustomerAccounts, type CustomerAccountRow } from './customer-accounts.ts';
import { takeNumber } from './document-numbers.ts';
import { holdOrder } from './hold-order.ts';
import { amountsOf, netOf, type BilledLine, type InvoiceAmounts } from './invoice-amounts.ts';
import { publishInvoice } from './invoice-events.ts';
import { INVOICE_COLUMNS, type InvoiceRow } from './invoices.ts';
import { postEntry, type NewJournalLine } from './post-entry.ts';

/** All lines have the currency of the first. */
const CURRENCY = 'input.lines.0.unitPrice.currency';

export interface NewInvoice {
  readonly customerId: string;
  readonly orderId: string | null;
  /** Null with `orderId` only. */
  readonly orderNumber: string | null;
  readonly issuedOn: string;
  /** Nothing of the order is left to bill then, and nobody can bill it again. */
  readonly billsWholeOrder?: boolean;
  /** Of every line's unit price. */
  readonly currency: string;
  readonly lines: readonly NewInvoiceLine[];
}

export interface NewInvoiceLine extends BilledLine {
  readonly description: string;
  readonly variantId: string | null;
}

/**
 * Throws BAD_USER_INPUT for a customer that accounting does not know, another currency than the customer's, or an
 * invoice over nothing; STATE_CONFLICT where the chart of accounts lacks an account for the currency, and for an order
 * that is billed as a whole already, or that the shop has cancelled as far as accounting was told.
 */
export async function issueInvoice(transaction: Transaction, invoice: NewInvoice): Promise<InvoiceRow> {
  const amounts = amountsOf(invoice.lines);
  if (invoice.orderId !== null) await refuseCancelledOrder(transaction, invoice.orderId);
  const customer = await billedCustomer(transaction, invoice);
  const accounts = await findTradeAccounts(transaction, invoice.currency, CURRENCY);
  const number = await takeNumber(transaction, 'INVOICE', invoice.issuedOn);
  const entryId = await postEntry(
    transaction,
    { postedOn: invoice.issuedOn, description: `Invoice ${number}` },
    postingOf(amounts, accounts, invoice.customerId),
  );
  const row = await insertInvoice(transaction, invoice, { ...amounts, number, entryId, customer });
  await insertLines(transaction, row.id, invoice.lines);
  await publishInvoice(transaction, 'invoice.issued', row);
  return row;
}

async function refuseCancelledOrder(transaction: Transaction, orderId: string): Promise<void> {
  await holdOrder(transaction, orderId);
  const { rows } = await sql`
    select from order_copy where order_id = ${orderId} and is_cancelled`.execute(transaction);
  if (rows.length > 0)
    throw new KnownError('STATE_CONFLICT', {
      argument: 'input.orderId',
      reason: 'The shop has cancelled the order.',
    });
}

async function billedCustomer(
  transaction: Transaction,
  { customerId, currency }: NewInvoice,
): Promise<CustomerAccountRow> {
  const customer = (await readCustomerAccounts(transaction, [customerId])).get(customerId);
  if (customer === undefined) throw badInput('input.customerId', 'Accounting does not know this customer.');
  if (customer.currency === currency) return customer;
  throw badInput(CURRENCY, `The customer is billed in ${customer.currency}.`);
}

function postingOf(
  { netMinor, taxMinor, totalMinor }: InvoiceAmounts,
  accounts: TradeAccounts,
  customerId: string,
): readonly NewJournalLine[] {
  return [
    { accountId: accounts.receivables, side: 'debit', minor: totalMinor, customerId },
    { accountId: accounts.revenue, side: 'credit', minor: netMinor },
    { accountId: accounts.outputTax, side: 'credit', minor: taxMinor },
  ];
}

interface Issue extends InvoiceAmounts {
  readonly number: string;
  readonly entryId: string;
  readonly customer: CustomerAccountRow;
}

async function insertInvoice(
  transaction: Transaction,
  { customerId, orderId, orderNumber, billsWholeOrder = false, issuedOn, currency }: NewInvoice,
  { number, entryId, customer, netMinor, taxMinor, totalMinor }: Issue,
): Promise<InvoiceRow> {
  const { name, street, postalCode, city, country, paymentTermDays } = customer;
  const { rows } = await sql<InvoiceRow>`
    insert into invoice (id, number, kind, customer_id, order_id, order_number, recipient_name, recipient_street,
      recipient_postal_code, recipient_city, recipient_country, issued_on, due_on, currency, net_minor, tax_minor,
      total_minor, journal_entry_id, bills_whole_order, created_at)
    values (${mintId('Invoice')}, ${number}, 'INVOICE', ${customerId}, ${orderId}, ${orderNumber}, ${name}, ${street},
      ${postalCode}, ${city}, ${country}, ${issuedOn}, ${issuedOn}::date + ${paymentTermDays}::integer, ${currency},
      ${netMinor}, ${taxMinor}, ${totalMinor}, ${entryId}, ${billsWholeOrder}, now())
    returning ${INVOICE_COLUMNS}`
    .execute(transaction)
    .catch(explainBillingTwice);
  const [row] = rows;
  if (row === undefined) throw new Error('an insert gave no row back');
  return row;
}

function explainBillingTwice(error: unknown): never {
  if (violatedConstraint(error) !== 'order_billed_once') throw error;
  throw new KnownError('STATE_CONFLICT', {
    argument: 'input.orderId',
    reason: 'The order is billed as a whole already.',
  });
}

async function insertLines(
  transaction: Transaction,
  invoiceId: string,
  lines: readonly NewInvoiceLine[],
): Promise<void> {
  const rows = lines.map((line, index) => {
    const { description, quantity, unitPriceMinor, taxRate, variantId } = line;
    return sql`(${invoiceId}, ${index + 1}, ${description}, ${quantity}, ${unitPriceMinor}, ${taxRate}, ${netOf(line)},
      ${variantId})`;
  });
  await sql`
    insert into invoice_line (invoice_id, position, description, quantity, unit_price_minor, tax_rate, net_minor,
      variant_id)
    values ${sql.join(rows)}`.execute(transaction);
}
