/**
 * Keeps the shop's copy of accounting's invoices for its orders: an order is marked billed and paid by it. Invoices
 * without an order are none of the shop's business.
 */

import { sql } from 'kysely';

import type { EventData } from '../../../schema/contract/events.ts';
import type { Transaction } from '../../kit/database.ts';

export async function adoptInvoice(
  transaction: Transaction,
  id: string,
  { number, orderId, status }: EventData<'invoice.issued'>,
): Promise<void> {
  if (orderId === null) return;
  await sql`
    insert into invoice_copy (invoice_id, invoice_number, order_id, is_paid, is_cancelled)
    values (${id}, ${number}, ${orderId}, ${status === 'PAID'}, ${status === 'CANCELLED'})
    on conflict (invoice_id) do update
      set invoice_number = excluded.invoice_number, order_id = excluded.order_id, is_paid = excluded.is_paid,
        is_cancelled = excluded.is_cancelled`.execute(transaction);
}
