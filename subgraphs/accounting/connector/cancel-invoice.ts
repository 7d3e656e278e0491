/**
 * Cancels an invoice: issues a credit note over its whole total with the same recipient and lines, posts the
 * reverse of what the invoice posted and marks the invoice, all or nothing. What was paid stays in the books, so
 * that the customer's receivable falls below zero by it until the money is given back.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { mintId } from '../../kit/global-id.ts';
import { takeNumber } from './document-numbers.ts';
import { publishInvoice } from './invoice-events.ts';
import { INVOICE_COLUMNS, type InvoiceRow } from './invoices.ts';
import { lockInvoice } from './lock-invoice.ts';
import { reverseEntry } from './post-entry.ts';

export interface Cancellation {
  readonly invoiceId: string;
  readonly reason: string;
  /** The day of the credit note. */
  readonly issuedOn: string;
}

/** Gives the credit note. Throws NOT_FOUND, or STATE_CONFLICT for a credit note and what is cancelled already. */
export async function cancelInvoice(
  transaction: Transaction,
  cancellation: Cancellation,
): Promise<InvoiceRow> {
  const invoice = await lockInvoice(transaction, cancellation.invoiceId);
  const number = await takeNumber(transaction, 'INVOICE', cancellation.issuedOn);
  const entry = {
    postedOn: cancellation.issuedOn,
    description: `Credit note ${number} for ${invoice.number}`,
  };
  const entryId = await reverseEntry(transaction, entry, invoice.journalEntryId);
  const { rows } = await sql<InvoiceRow>`
    update invoice set is_cancelled = true, version = version + 1 where id = ${invoice.id}
    returning ${INVOICE_COLUMNS}`.execute(transaction);
  const creditNote = await insertCreditNote(transaction, cancellation, { number, entryId });
  for (const row of rows) await publishInvoice(transaction, 'invoice.cancelled', row);
  return creditNote;
}

async function insertCreditNote(
  transaction: Transaction,
  { invoiceId, reason, issuedOn }: Cancellation,
  { number, entryId }: { readonly number: string; readonly entryId: string },
): Promise<InvoiceRow> {
  const { rows } = await sql<InvoiceRow>`
    insert into invoice (id, number, kind, customer_id, order_id, order_number, recipient_name, recipient_street,
      recipient_postal_code, recipient_city, recipient_country, issued_on, due_on, currency, net_minor, tax_minor,
      total_minor, cancels_id, reason, journal_entry_id, created_at)
    select ${mintId('Invoice')}, ${number}, 'CREDIT_NOTE', customer_id, order_id, order_number, recipient_name,
      recipient_street, recipient_postal_code, recipient_city, recipient_country, ${issuedOn}::date, ${issuedOn}::date,
      currency, net_minor, tax_minor, total_minor, id, ${reason}, ${entryId}, now()
    from invoice where id = ${invoiceId}
    returning ${INVOICE_COLUMNS}`.execute(transaction);
  const [creditNote] = rows;
  if (creditNote === undefined) throw new Error('an insert gave no row back');
  await sql`
    insert into invoice_line (invoice_id, position, description, quantity, unit_price_minor, tax_rate, net_minor,
      variant_id)
    select ${creditNote.id}, position, description, quantity, unit_price_minor, tax_rate, net_minor, variant_id
    from invoice_line where invoice_id = ${invoiceId}`.execute(transaction);
  return creditNote;
}
