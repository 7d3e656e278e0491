/**
 * Cancels an order of which nothing was shipped and gives its stock back.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { KnownError } from '../../kit/known-error.ts';
import { lockOrder, quantitiesByVariant } from './lock-order.ts';
import { publishOrder } from './order-events.ts';
import { ORDER_COLUMNS, type OrderRow } from './orders.ts';
import { changeStock, lockVariants } from './stock.ts';

export interface Cancellation {
  readonly orderId: string;
  readonly expectedVersion: number;
  readonly reason: string;
}

/** Throws NOT_FOUND, VERSION_CONFLICT, or STATE_CONFLICT for an order that was shipped or cancelled. */
export async function cancelOrder(transaction: Transaction, cancellation: Cancellation): Promise<OrderRow> {
  const order = await lockOrder(transaction, cancellation.orderId);
  checkCancellable(order, cancellation.expectedVersion);
  const reserved = quantitiesByVariant(order.lines);
  await lockVariants(
    transaction,
    reserved.map(({ variantId }) => variantId),
  );
  await changeStock(
    transaction,
    reserved.map(({ variantId, quantity }) => ({ variantId, onHand: 0, reserved: -quantity })),
  );
  const cancelled = await markCancelled(transaction, cancellation);
  await publishOrder(transaction, cancelled);
  return cancelled;
}

function checkCancellable({ version, status }: OrderRow, expectedVersion: number): void {
  if (version !== expectedVersion) {
    throw new KnownError('VERSION_CONFLICT', { argument: 'input.expectedVersion', details: { version } });
  }
  if (status !== 'PLACED') {
    throw new KnownError('STATE_CONFLICT', { argument: 'input.orderId', reason: `The order is ${status}.` });
  }
}

async function markCancelled(transaction: Transaction, { orderId, reason }: Cancellation): Promise<OrderRow> {
  const { rows } = await sql<OrderRow>`
    update customer_order
    set status = 'CANCELLED', cancellation_reason = ${reason}, version = version + 1, updated_at = clock_timestamp()
    where id = ${orderId}
    returning ${ORDER_COLUMNS}`.execute(transaction);
  const [cancelled] = rows;
  if (cancelled === undefined) throw new Error('an update gave no row back');
  return cancelled;
}
