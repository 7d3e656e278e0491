/**
 * Takes an invoice for a change of what is owed on it: whoever else wants to pay or cancel it waits, and then sees
 * what was done.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { KnownError } from '../../kit/known-error.ts';
import { INVOICE_COLUMNS, type InvoiceRow } from './invoices.ts';

const ARGUMENT = 'input.invoiceId';

/** Until the transaction ends. Throws NOT_FOUND, or STATE_CONFLICT for a credit note and a cancelled invoice. */
export async function lockInvoice(transaction: Transaction, id: string): Promise<InvoiceRow> {
  const { rows } = await sql<InvoiceRow>`
    select ${INVOICE_COLUMNS} from invoice where id = ${id} for update`.execute(transaction);
  const [invoice] = rows;
  if (invoice === undefined) throw new KnownError('NOT_FOUND', { argument: ARGUMENT });
  if (invoice.kind === 'CREDIT_NOTE') throw conflict('This is a credit note; nothing is owed on it.');
  if (invoice.isCancelled) throw conflict('The invoice is cancelled already.');
  return invoice;
}

function conflict(reason: string): KnownError {
  return new KnownError('STATE_CONFLICT', { argument: ARGUMENT, reason });
}
