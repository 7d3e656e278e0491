/**
 * Puts an article into a customer's cart, changes its quantity, or takes it out. Reserves nothing.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { mintId } from '../../kit/global-id.ts';
import { badInput, KnownError } from '../../kit/known-error.ts';
import { CART_COLUMNS, type CartRow } from './carts.ts';
import { checkCustomer } from './check-customer.ts';

export interface CartChange {
  readonly customerId: string;
  readonly variantId: string;
  /** 0 takes the article out. */
  readonly quantity: number;
}

/** As the schema promises for `Cart.lines`, and so for `Order.lines`. */
const MOST_LINES = 100;

/** Throws BAD_USER_INPUT for an unknown customer or article, STATE_CONFLICT for a cart that is full. */
export async function setCartLine(transaction: Transaction, change: CartChange): Promise<CartRow> {
  await checkCustomer(transaction, change.customerId);
  await checkVariant(transaction, change.variantId);
  const cart = await touchCart(transaction, change.customerId);
  if (change.quantity === 0) await removeLine(transaction, cart.id, change.variantId);
  else await putLine(transaction, cart.id, change);
  return cart;
}

async function checkVariant(transaction: Transaction, variantId: string): Promise<void> {
  const { rows } = await sql`select from product_variant where id = ${variantId}`.execute(transaction);
  if (rows.length === 0) throw badInput('input.variantId', 'There is no such article.');
}

/** Makes the cart where there is none yet, and holds it until the transaction ends: two first uses make one cart. */
async function touchCart(transaction: Transaction, customerId: string): Promise<CartRow> {
  const { rows } = await sql<CartRow>`
    insert into cart (id, customer_id, updated_at) values (${mintId('Cart')}, ${customerId}, clock_timestamp())
    on conflict (customer_id) do update set updated_at = clock_timestamp()
    returning ${CART_COLUMNS}`.execute(transaction);
  const [cart] = rows;
  if (cart === undefined) throw new Error('an upsert gave no row back');
  return cart;
}

async function putLine(
  transaction: Transaction,
  cartId: string,
  { variantId, quantity }: CartChange,
): Promise<void> {
  const { rows } = await sql`
    insert into cart_line (cart_id, variant_id, quantity, added_at)
    select ${cartId}, ${variantId}, ${quantity}::integer, clock_timestamp()
    where exists (select from cart_line where cart_id = ${cartId} and variant_id = ${variantId})
      or (select count(*) from cart_line where cart_id = ${cartId}) < ${MOST_LINES}
    on conflict (cart_id, variant_id) do update set quantity = excluded.quantity
    returning variant_id`.execute(transaction);
  if (rows.length > 0) return;
  throw new KnownError('STATE_CONFLICT', {
    argument: 'input.variantId',
    reason: `The cart holds ${MOST_LINES} articles already, and no more fit.`,
  });
}

async function removeLine(transaction: Transaction, cartId: string, variantId: string): Promise<void> {
  await sql`delete from cart_line where cart_id = ${cartId} and variant_id = ${variantId}`.execute(
    transaction,
  );
}
