/**
 * Carts as the shop's tables hold them. `set-cart-line.ts` fills them, `place-order.ts` empties them.
 */

import { sql } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { byId } from '../../kit/loaders.ts';

export interface CartRow {
  readonly id: string;
  readonly customerId: string;
  readonly updatedAt: Date;
}

/** A line with the price of now. */
export interface CartLineRow {
  readonly cartId: string;
  readonly variantId: string;
  readonly quantity: number;
  readonly priceMinor: bigint;
  readonly currency: string;
}

export const CART_COLUMNS = sql`id, customer_id, updated_at`;

export async function readCarts(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CartRow>> {
  const { rows } = await sql<CartRow>`
    select ${CART_COLUMNS} from cart where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

/** By the id of the customer. */
export async function readCartsOfCustomers(
  database: Database,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, CartRow>> {
  const { rows } = await sql<CartRow>`
    select ${CART_COLUMNS} from cart where customer_id = any(${[...customerIds]}::text[])`.execute(database);
  return new Map(rows.map((row) => [row.customerId, row]));
}

/** In the order in which they were put there. */
export async function readLinesOfCarts(
  database: Database,
  cartIds: readonly string[],
): Promise<ReadonlyMap<string, readonly CartLineRow[]>> {
  const { rows } = await sql<CartLineRow>`
    select line.cart_id, line.variant_id, line.quantity, variant.price_minor, variant.currency
    from cart_line line join product_variant variant on variant.id = line.variant_id
    where line.cart_id = any(${[...cartIds]}::text[])
    order by line.cart_id, line.added_at, line.variant_id`.execute(database);
  return Map.groupBy(rows, (row) => row.cartId);
}
