/**
 * How the shop tells others of an order and of its stock.
 */

import type { EventData } from '../../../schema/contract/events.ts';
import type { Transaction } from '../../kit/database.ts';
import { publishEvents, type NewEvent } from '../../kit/events/publish-event.ts';
import { decimalOf } from '../../kit/money.ts';
import { readLinesOfOrders, type OrderLineRow, type OrderRow } from './orders.ts';

/** What of an order was sent. */
type Parcel = EventData<'order.shipped'>['shipment'];

export interface StockRow {
  readonly id: string;
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly stockVersion: number;
}

/** The event that tells how an order stands: whoever has missed the others knows all that matters from it. */
export function orderStands(order: OrderRow, lines: readonly OrderLineRow[]): NewEvent {
  const { id, version, status } = order;
  const type = status === 'CANCELLED' ? 'order.cancelled' : 'order.placed';
  return { type, id, version, data: orderData(order, lines) };
}

/** Of an order that was placed or cancelled just now. */
export async function publishOrder(transaction: Transaction, order: OrderRow): Promise<void> {
  const lines = (await readLinesOfOrders(transaction, [order.id])).get(order.id) ?? [];
  await publishEvents(transaction, [orderStands(order, lines)]);
}

export async function publishShipment(
  transaction: Transaction,
  order: OrderRow,
  shipment: Parcel,
): Promise<void> {
  const lines = (await readLinesOfOrders(transaction, [order.id])).get(order.id) ?? [];
  const { id, version } = order;
  const data = { ...orderData(order, lines), shipment };
  await publishEvents(transaction, [{ type: 'order.shipped', id, version, data }]);
}

export function publishStock(transaction: Transaction, rows: readonly StockRow[]): Promise<void> {
  const events = rows.map(({ id, sku, onHand, reserved, stockVersion: version }) => {
    const data = { sku, stock: onHand - reserved, onHand, reserved };
    return { type: 'stock.changed', id, version, data } as const;
  });
  return publishEvents(transaction, events);
}

function orderData(order: OrderRow, lines: readonly OrderLineRow[]): EventData<'order.placed'> {
  const { number, customerId, status, placedAt, currency, totalMinor, cancellationReason } = order;
  return {
    number,
    customerId,
    status,
    placedAt: placedAt.toISOString(),
    total: moneyOf(totalMinor, currency),
    lines: lines.map(({ position, variantId, sku, name, quantity, unitPriceMinor }) => {
      return { position, variantId, sku, name, quantity, unitPrice: moneyOf(unitPriceMinor, currency) };
    }),
    cancellationReason,
  };
}

function moneyOf(minor: bigint, currency: string) {
  return { amount: decimalOf({ minor, currency }), currency };
}
