/**
 * Records money that came in for an invoice: posts it, writes it and marks the invoice, all or nothing.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { mintId } from '../../kit/global-id.ts';
import { badInput, KnownError } from '../../kit/known-error.ts';
import { decimalOf, type MoneyValue } from '../../kit/money.ts';
import { findTradeAccounts } from './chart.ts';
import { publishInvoice } from './invoice-events.ts';
import { INVOICE_COLUMNS, type InvoiceRow } from './invoices.ts';
import { lockInvoice } from './lock-invoice.ts';
import type { PaymentRow } from './payments.ts';
import { postEntry } from './post-entry.ts';

export interface NewPayment {
  readonly invoiceId: string;
  readonly amount: MoneyValue;
  readonly receivedOn: string;
  readonly method: string;
  readonly reference: string | null;
}

/**
 * Throws NOT_FOUND, BAD_USER_INPUT for another currency than the invoice's, or STATE_CONFLICT for more than is
 * outstanding, a cancelled invoice and a credit note.
 */
export async function recordPayment(transaction: Transaction, payment: NewPayment): Promise<PaymentRow> {
  const { invoiceId, amount, receivedOn } = payment;
  const invoice = await lockInvoice(transaction, invoiceId);
  checkAmount(amount, invoice);
  const { customerId, currency, number } = invoice;
  const accounts = await findTradeAccounts(transaction, currency, 'input.amount.currency');
  const entryId = await postEntry(
    transaction,
    { postedOn: receivedOn, description: `Payment for ${number}` },
    [
      { accountId: accounts.bank, side: 'debit', minor: amount.minor },
      { accountId: accounts.receivables, side: 'credit', minor: amount.minor, customerId },
    ],
  );
  const paid = await sql<InvoiceRow>`
    update invoice set paid_minor = paid_minor + ${amount.minor}, version = version + 1 where id = ${invoiceId}
    returning ${INVOICE_COLUMNS}`.execute(transaction);
  for (const row of paid.rows.filter(({ status }) => status === 'PAID'))
    await publishInvoice(transaction, 'invoice.paid', row);
  const row = await insertPayment(transaction, payment, entryId);
  return { ...row, customerId, currency };
}

function checkAmount({ minor, currency }: MoneyValue, invoice: InvoiceRow): void {
  if (currency !== invoice.currency) {
    throw badInput('input.amount.currency', `The invoice is in ${invoice.currency}.`);
  }
  const outstandingMinor = invoice.totalMinor - invoice.paidMinor;
  if (minor <= outstandingMinor) return;
  throw new KnownError('STATE_CONFLICT', {
    argument: 'input.amount',
    reason: 'That is more than is outstanding.',
    details: { outstanding: { amount: decimalOf({ minor: outstandingMinor, currency }), currency } },
  });
}

async function insertPayment(
  transaction: Transaction,
  { invoiceId, amount, receivedOn, method, reference }: NewPayment,
  entryId: string,
): Promise<Omit<PaymentRow, 'customerId' | 'currency'>> {
  const { rows } = await sql<Omit<PaymentRow, 'customerId' | 'currency'>>`
    insert into payment (id, invoice_id, amount_minor, received_on, method, reference, journal_entry_id, created_at)
    values (${mintId('Payment')}, ${invoiceId}, ${amount.minor}, ${receivedOn}, ${method}, ${reference}, ${entryId},
      now())
    returning id, invoice_id, amount_minor, received_on, method, reference, journal_entry_id, created_at`.execute(
    transaction,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('an insert gave no row back');
  return row;
}
