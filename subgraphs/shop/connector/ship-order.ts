/**
 * Sends a parcel: takes what is in it from the shelf and from the reservations, and marks the order's lines.
 */

import { sql } from 'kysely';

import type { EventData } from '../../../schema/contract/events.ts';
import type { Transaction } from '../../kit/database.ts';
import { mintId } from '../../kit/global-id.ts';
import { badInput, KnownError } from '../../kit/known-error.ts';
import { lockOrder, quantitiesByVariant, type LockedOrder } from './lock-order.ts';
import { publishShipment } from './order-events.ts';
import { ORDER_COLUMNS, type OrderLineRow, type OrderRow } from './orders.ts';
import type { ShipmentRow } from './shipments.ts';
import { changeStock, lockVariants, recordMovements } from './stock.ts';

export interface NewShipment {
  readonly orderId: string;
  readonly carrier: string;
  readonly trackingNumber: string | null;
  /** Undefined ships all that was not shipped yet. */
  readonly lines?: readonly { readonly position: number; readonly quantity: number }[] | undefined;
  readonly recordedBy: string;
}

/** What of a line is in the parcel. */
interface ParcelLine {
  readonly position: number;
  readonly variantId: string;
  readonly quantity: number;
}

/** Throws NOT_FOUND, BAD_USER_INPUT for a line that the order has not, STATE_CONFLICT for more than is open. */
export async function shipOrder(transaction: Transaction, shipment: NewShipment): Promise<ShipmentRow> {
  const order = await lockOrder(transaction, shipment.orderId);
  const parcel = packParcel(order, shipment.lines);
  await takeFromShelf(transaction, parcel, {
    reason: `shipment of ${order.number}`,
    recordedBy: shipment.recordedBy,
  });
  const shipped = await insertShipment(transaction, order, shipment);
  await insertLines(transaction, shipped, parcel);
  const sent = await markShipped(transaction, order, parcel);
  await publishShipment(transaction, sent, parcelOf(shipped, parcel));
  return shipped;
}

function parcelOf(
  { id, carrier, trackingNumber, shippedAt }: ShipmentRow,
  parcel: readonly ParcelLine[],
): EventData<'order.shipped'>['shipment'] {
  const lines = parcel.map(({ position, quantity }) => ({ position, quantity }));
  return { id, carrier, trackingNumber, shippedAt: shippedAt.toISOString(), lines };
}

function packParcel(order: LockedOrder, named: NewShipment['lines']): readonly ParcelLine[] {
  if (order.status === 'CANCELLED' || order.status === 'SHIPPED') {
    throw new KnownError('STATE_CONFLICT', {
      argument: 'input.orderId',
      reason: `The order is ${order.status}; nothing is left to ship.`,
    });
  }
  if (named !== undefined) return named.map((line, index) => packLine(order.lines, line, index));
  return order.lines
    .map((line) => ({ position: line.position, variantId: line.variantId, quantity: openOf(line) }))
    .filter(({ quantity }) => quantity > 0);
}

function packLine(
  ordered: readonly OrderLineRow[],
  { position, quantity }: { readonly position: number; readonly quantity: number },
  index: number,
): ParcelLine {
  const line = ordered.find((candidate) => candidate.position === position);
  if (line === undefined) throw badInput(`input.lines.${index}.position`, 'The order has no such line.');
  const open = openOf(line);
  if (quantity > open) {
    throw new KnownError('STATE_CONFLICT', {
      argument: `input.lines.${index}.quantity`,
      reason: 'More than was not shipped yet.',
      details: { open },
    });
  }
  return { position, variantId: line.variantId, quantity };
}

function openOf({ quantity, shippedQuantity }: OrderLineRow): number {
  return quantity - shippedQuantity;
}

async function takeFromShelf(
  transaction: Transaction,
  parcel: readonly ParcelLine[],
  record: { readonly reason: string; readonly recordedBy: string },
): Promise<void> {
  const taken = quantitiesByVariant(parcel);
  await lockVariants(
    transaction,
    taken.map(({ variantId }) => variantId),
  );
  await changeStock(
    transaction,
    taken.map(({ variantId, quantity }) => ({ variantId, onHand: -quantity, reserved: -quantity })),
  );
  await recordMovements(
    transaction,
    taken.map(({ variantId, quantity }) => ({ variantId, change: -quantity })),
    record,
  );
}

async function insertShipment(
  transaction: Transaction,
  { id: orderId, customerId }: LockedOrder,
  { carrier, trackingNumber }: NewShipment,
): Promise<ShipmentRow> {
  const { rows } = await sql<ShipmentRow>`
    insert into shipment (id, order_id, carrier, tracking_number, shipped_at)
    values (${mintId('Shipment')}, ${orderId}, ${carrier}, ${trackingNumber}, clock_timestamp())
    returning id, order_id, ${customerId}::text as customer_id, carrier, tracking_number, shipped_at`.execute(
    transaction,
  );
  const [shipped] = rows;
  if (shipped === undefined) throw new Error('an insert gave no row back');
  return shipped;
}

async function insertLines(
  transaction: Transaction,
  { id, orderId }: ShipmentRow,
  parcel: readonly ParcelLine[],
): Promise<void> {
  await sql`
    insert into shipment_line (shipment_id, order_id, position, quantity)
    select ${id}, ${orderId}, position, quantity from ${unnested(parcel)}`.execute(transaction);
}

async function markShipped(
  transaction: Transaction,
  { id, lines }: LockedOrder,
  parcel: readonly ParcelLine[],
): Promise<OrderRow> {
  await sql`
    update order_line line set shipped_quantity = line.shipped_quantity + shipped.quantity
    from ${unnested(parcel)} where line.order_id = ${id} and line.position = shipped.position`.execute(
    transaction,
  );
  const sum = (quantities: readonly number[]) => quantities.reduce((total, quantity) => total + quantity, 0);
  const isWhole = sum(lines.map(openOf)) === sum(parcel.map(({ quantity }) => quantity));
  const { rows } = await sql<OrderRow>`
    update customer_order
    set status = ${isWhole ? 'SHIPPED' : 'PARTIALLY_SHIPPED'}, version = version + 1, updated_at = clock_timestamp()
    where id = ${id}
    returning ${ORDER_COLUMNS}`.execute(transaction);
  const [order] = rows;
  if (order === undefined) throw new Error('an update gave no row back');
  return order;
}

function unnested(parcel: readonly ParcelLine[]) {
  return sql`unnest(${parcel.map(({ position }) => position)}::integer[],
    ${parcel.map(({ quantity }) => quantity)}::integer[]) as shipped(position, quantity)`;
}
