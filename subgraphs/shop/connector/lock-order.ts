/**
 * Holds an order while it is changed, with its lines, and adds up what the lines say of each article.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { KnownError } from '../../kit/known-error.ts';
import { ORDER_COLUMNS, readLinesOfOrders, type OrderLineRow, type OrderRow } from './orders.ts';

export interface LockedOrder extends OrderRow {
  readonly lines: readonly OrderLineRow[];
}

/** Holds the order until the transaction ends; throws NOT_FOUND. Its articles are locked afterwards (`stock.ts`). */
export async function lockOrder(transaction: Transaction, id: string): Promise<LockedOrder> {
  const { rows } = await sql<OrderRow>`
    select ${ORDER_COLUMNS} from customer_order where id = ${id} for no key update`.execute(transaction);
  const [order] = rows;
  if (order === undefined) throw new KnownError('NOT_FOUND', { argument: 'input.orderId' });
  // A statement of its own: only one that begins after the lock sees what the holder before has written.
  const lines = (await readLinesOfOrders(transaction, [id])).get(id) ?? [];
  return { ...order, lines };
}

/** Several lines may name the same article. */
export function quantitiesByVariant(
  lines: readonly { readonly variantId: string; readonly quantity: number }[],
): readonly { readonly variantId: string; readonly quantity: number }[] {
  const sums = new Map<string, number>();
  for (const { variantId, quantity } of lines) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity);
  return [...sums].map(([variantId, quantity]) => ({ variantId, quantity }));
}
