/**
 * Payments as accounting's tables hold them; a row carries the customer and the currency of its invoice.
 * `record-payment.ts` writes them.
 */

import { sql, type RawBuilder } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { byId } from '../../kit/loaders.ts';
import {
  countRows,
  readPage,
  type Keyset,
  type Listing,
  type Page,
  type PageRequest,
} from '../../kit/page.ts';

export interface PaymentRow {
  readonly id: string;
  readonly invoiceId: string;
  readonly customerId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly receivedOn: string;
  readonly method: string;
  readonly reference: string | null;
  readonly journalEntryId: string;
  readonly createdAt: Date;
}

export interface PaymentConditions {
  readonly invoiceId?: string | undefined;
  readonly method?: string | undefined;
  readonly receivedFrom?: string | undefined;
  readonly receivedTo?: string | undefined;
}

export const PAYMENTS_BY_DAY: Keyset = {
  order: 'payments/RECEIVED_ON',
  column: 'received_on',
  type: 'date',
  direction: 'DESC',
};

const COLUMNS = sql`
  id, invoice_id, customer_id, amount_minor, currency, received_on, method, reference, journal_entry_id, created_at`;

// As a table of its own, so that a column's name says whose it is.
const WITH_INVOICE = sql`(
  select payment.*, invoice.customer_id, invoice.currency
  from payment join invoice on invoice.id = payment.invoice_id) as payment_of_invoice`;

export async function readPayments(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PaymentRow>> {
  const { rows } = await sql<PaymentRow>`
    select ${COLUMNS} from ${WITH_INVOICE} where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

/** Oldest first. */
export async function readPaymentsOfInvoices(
  database: Database,
  invoiceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PaymentRow[]>> {
  const { rows } = await sql<PaymentRow>`
    select ${COLUMNS} from ${WITH_INVOICE} where invoice_id = any(${[...invoiceIds]}::text[])
    order by received_on, created_at, id`.execute(database);
  return Map.groupBy(rows, (row) => row.invoiceId);
}

export function pagePayments(
  database: Database,
  conditions: PaymentConditions,
  request: PageRequest,
): Promise<Page<PaymentRow>> {
  return readPage(database, listingOf(conditions), PAYMENTS_BY_DAY, request);
}

export function countPayments(database: Database, conditions: PaymentConditions): Promise<number> {
  return countRows(database, listingOf(conditions));
}

function listingOf({ invoiceId, method, receivedFrom, receivedTo }: PaymentConditions): Listing {
  const where: RawBuilder<boolean>[] = [];
  if (invoiceId !== undefined) where.push(sql`invoice_id = ${invoiceId}`);
  if (method !== undefined) where.push(sql`method = ${method}`);
  if (receivedFrom !== undefined) where.push(sql`received_on >= ${receivedFrom}::date`);
  if (receivedTo !== undefined) where.push(sql`received_on <= ${receivedTo}::date`);
  return { from: WITH_INVOICE, columns: COLUMNS, where };
}
