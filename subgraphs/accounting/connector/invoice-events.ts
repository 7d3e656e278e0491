/**
 * How accounting tells others of an invoice: how it stands and for which order, but nothing of its lines.
 */

import type { EventData } from '../../../schema/contract/events.ts';
import type { Transaction } from '../../kit/database.ts';
import { publishEvents, type NewEvent } from '../../kit/events/publish-event.ts';
import { decimalOf } from '../../kit/money.ts';
import type { InvoiceRow } from './invoices.ts';

type InvoiceEvent = 'invoice.issued' | 'invoice.paid' | 'invoice.cancelled';

export function publishInvoice(transaction: Transaction, type: InvoiceEvent, row: InvoiceRow): Promise<void> {
  return publishEvents(transaction, [{ type, id: row.id, version: row.version, data: dataOf(row) }]);
}

/** The event that tells how an invoice stands: whoever has missed the others knows all that matters from it. */
export function invoiceStands(row: InvoiceRow): NewEvent {
  return { type: typeOf(row), id: row.id, version: row.version, data: dataOf(row) };
}

function typeOf({ status }: InvoiceRow): InvoiceEvent {
  if (status === 'CANCELLED') return 'invoice.cancelled';
  return status === 'PAID' ? 'invoice.paid' : 'invoice.issued';
}

function dataOf(row: InvoiceRow): EventData<InvoiceEvent> {
  const { number, customerId, orderId, status, issuedOn, dueOn, currency, totalMinor, paidMinor } = row;
  const moneyOf = (minor: bigint) => ({ amount: decimalOf({ minor, currency }), currency });
  return {
    number,
    customerId,
    orderId,
    status,
    issuedOn,
    dueOn,
    total: moneyOf(totalMinor),
    paid: moneyOf(paidMinor),
  };
}
