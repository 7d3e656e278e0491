/**
 * How accounting tells others of an invoice: how it stands and for which order, but nothing of its lines.
 */

import type { EventData } from '../../../schema/contract/events.ts';
import type { Transaction } from '../../kit/database.ts';
import { publishEvents } from '../../kit/events/publish-event.ts';
import { decimalOf } from '../../kit/money.ts';
import type { InvoiceRow } from './invoices.ts';

type InvoiceEvent = 'invoice.issued' | 'invoice.paid' | 'invoice.cancelled';

export function publishInvoice(transaction: Transaction, type: InvoiceEvent, row: InvoiceRow): Promise<void> {
  return publishEvents(transaction, [{ type, id: row.id, version: row.version, data: dataOf(row) }]);
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
