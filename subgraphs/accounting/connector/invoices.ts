/**
 * Invoices and credit notes as accounting's tables hold them. `issue-invoice.ts`, `record-payment.ts` and
 * `cancel-invoice.ts` write them.
 */

import { sql, type RawBuilder } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { byId } from '../../kit/loaders.ts';
import {
  countRows,
  countRowsOfParents,
  readPage,
  readPagesOfParents,
  type Keyset,
  type Listing,
  type Page,
  type PageRequest,
} from '../../kit/page.ts';
import { containsText } from '../../kit/search.ts';

export interface InvoiceRow {
  readonly id: string;
  readonly number: string;
  readonly kind: 'INVOICE' | 'CREDIT_NOTE';
  readonly status: 'OPEN' | 'PARTIALLY_PAID' | 'PAID' | 'CANCELLED' | 'CREDITED';
  readonly customerId: string;
  readonly orderId: string | null;
  readonly orderNumber: string | null;
  readonly recipientName: string;
  readonly recipientStreet: string | null;
  readonly recipientPostalCode: string | null;
  readonly recipientCity: string | null;
  readonly recipientCountry: string | null;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly currency: string;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  readonly paidMinor: bigint;
  readonly cancelsId: string | null;
  readonly isCancelled: boolean;
  readonly reason: string | null;
  readonly journalEntryId: string;
  readonly createdAt: Date;
  /** Grows with every change of what others are told of an invoice. */
  readonly version: number;
}

export interface InvoiceConditions {
  readonly kind?: string | undefined;
  readonly status?: string | undefined;
  readonly customerId?: string | undefined;
  readonly orderId?: string | undefined;
  readonly issuedFrom?: string | undefined;
  readonly issuedTo?: string | undefined;
  readonly dueBefore?: string | undefined;
  readonly search?: string | undefined;
}

export type InvoiceOrderField = 'ISSUED_ON' | 'DUE_ON' | 'NUMBER' | 'TOTAL';

const ORDERS: Readonly<Record<InvoiceOrderField, Pick<Keyset, 'column' | 'type'>>> = {
  ISSUED_ON: { column: 'issued_on', type: 'date' },
  DUE_ON: { column: 'due_on', type: 'date' },
  NUMBER: { column: 'number', type: 'text' },
  TOTAL: { column: 'total_minor', type: 'bigint' },
};

export const INVOICE_COLUMNS = sql`
  id, number, kind, status, customer_id, order_id, order_number, recipient_name, recipient_street,
  recipient_postal_code, recipient_city, recipient_country, issued_on, due_on, currency, net_minor, tax_minor,
  total_minor, paid_minor, cancels_id, is_cancelled, reason, journal_entry_id, created_at,
  version`;

export const INVOICES_OF_CUSTOMER: Keyset = {
  order: 'customer.invoices',
  column: 'issued_on',
  type: 'date',
  direction: 'DESC',
};

export function invoicesOrder(field: InvoiceOrderField, direction: 'ASC' | 'DESC'): Keyset {
  return { order: `invoices/${field}/${direction}`, ...ORDERS[field], direction };
}

export async function readInvoices(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, InvoiceRow>> {
  return byId(await selectInvoices(database, 'id', ids));
}

export async function readInvoicesByNumber(
  database: Database,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, InvoiceRow>> {
  const rows = await selectInvoices(database, 'number', numbers);
  return new Map(rows.map((row) => [row.number, row]));
}

/** Credit notes by the invoice that each cancels. */
export async function readCreditNotes(
  database: Database,
  cancelledIds: readonly string[],
): Promise<ReadonlyMap<string, InvoiceRow>> {
  const rows = await selectInvoices(database, 'cancels_id', cancelledIds);
  return new Map(rows.map((row) => [row.cancelsId ?? '', row]));
}

/** Invoices and credit notes of each order, oldest first. */
export async function readInvoicesOfOrders(
  database: Database,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly InvoiceRow[]>> {
  const rows = await selectInvoices(database, 'order_id', orderIds);
  return Map.groupBy(rows, (row) => row.orderId ?? '');
}

export function pageInvoices(
  database: Database,
  conditions: InvoiceConditions,
  keyset: Keyset,
  request: PageRequest,
): Promise<Page<InvoiceRow>> {
  return readPage(database, listingOf(conditions), keyset, request);
}

export function countInvoices(database: Database, conditions: InvoiceConditions): Promise<number> {
  return countRows(database, listingOf(conditions));
}

export function pageInvoicesOfCustomers(
  database: Database,
  customerIds: readonly string[],
  conditions: InvoiceConditions,
  request: PageRequest,
): Promise<ReadonlyMap<string, Page<InvoiceRow>>> {
  const listing = { ...listingOf(conditions), parentColumn: 'customer_id' };
  return readPagesOfParents(database, listing, INVOICES_OF_CUSTOMER, { ...request, parentIds: customerIds });
}

export function countInvoicesOfCustomers(
  database: Database,
  customerIds: readonly string[],
  conditions: InvoiceConditions,
): Promise<ReadonlyMap<string, number>> {
  return countRowsOfParents(database, { ...listingOf(conditions), parentColumn: 'customer_id' }, customerIds);
}

async function selectInvoices(
  database: Database,
  column: 'id' | 'number' | 'cancels_id' | 'order_id',
  keys: readonly string[],
): Promise<readonly InvoiceRow[]> {
  const { rows } = await sql<InvoiceRow>`
    select ${INVOICE_COLUMNS} from invoice where ${sql.ref(column)} = any(${[...keys]}::text[])
    order by issued_on, number`.execute(database);
  return rows;
}

function listingOf(conditions: InvoiceConditions): Listing {
  const { kind, status, customerId, orderId, issuedFrom, issuedTo, dueBefore, search } = conditions;
  const where: RawBuilder<boolean>[] = [];
  if (kind !== undefined) where.push(sql`kind = ${kind}`);
  if (status !== undefined) where.push(sql`status = ${status}`);
  if (customerId !== undefined) where.push(sql`customer_id = ${customerId}`);
  if (orderId !== undefined) where.push(sql`order_id = ${orderId}`);
  if (issuedFrom !== undefined) where.push(sql`issued_on >= ${issuedFrom}::date`);
  if (issuedTo !== undefined) where.push(sql`issued_on <= ${issuedTo}::date`);
  if (dueBefore !== undefined) where.push(sql`due_on < ${dueBefore}::date`);
  if (search !== undefined) where.push(containsText(['number', 'recipient_name'], search));
  return { from: sql`invoice`, columns: INVOICE_COLUMNS, where };
}
