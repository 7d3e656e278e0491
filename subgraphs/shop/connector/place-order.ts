/**
 * Makes an order of what is in a cart, whole or not at all: reserves the stock, fixes SKU, name and price, empties
 * the cart. Locks the cart, then its articles by id, then the counter: no writer of the shop locks in another order.
 */

import { sql } from 'kysely';

import type { AddressValue } from '../../kit/arguments.ts';
import type { Transaction } from '../../kit/database.ts';
import { mintId } from '../../kit/global-id.ts';
import { KnownError } from '../../kit/known-error.ts';
import { checkCustomer } from './check-customer.ts';
import { publishOrder } from './order-events.ts';
import { ORDER_COLUMNS, type OrderRow } from './orders.ts';
import { changeStock, insufficientStock } from './stock.ts';

export interface NewOrder {
  readonly customerId: string;
  readonly shippingAddress: AddressValue;
}

interface OrderedLine {
  readonly variantId: string;
  readonly quantity: number;
  readonly sku: string;
  readonly priceMinor: bigint;
  readonly currency: string;
  readonly available: number;
}

/** Throws BAD_USER_INPUT for an unknown customer, STATE_CONFLICT for a cart that cannot be ordered, INSUFFICIENT_STOCK. */
export async function placeOrder(transaction: Transaction, order: NewOrder): Promise<OrderRow> {
  await checkCustomer(transaction, order.customerId);
  const cartId = await lockCart(transaction, order.customerId);
  const lines = await lockLines(transaction, cartId);
  const currency = currencyOf(lines);
  checkStock(lines);
  await changeStock(
    transaction,
    lines.map(({ variantId, quantity }) => ({ variantId, onHand: 0, reserved: quantity })),
  );
  const totalMinor = lines.reduce((sum, line) => sum + BigInt(line.quantity) * line.priceMinor, 0n);
  const placed = await insertOrder(transaction, order, { currency, totalMinor });
  await moveLines(transaction, cartId, placed.id);
  await publishOrder(transaction, placed);
  return placed;
}

async function lockCart(transaction: Transaction, customerId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select id from cart where customer_id = ${customerId} for no key update`.execute(transaction);
  const [cart] = rows;
  if (cart === undefined) throw conflict('The cart is empty.');
  return cart.id;
}

async function lockLines(transaction: Transaction, cartId: string): Promise<readonly OrderedLine[]> {
  const { rows } = await sql<OrderedLine>`
    select variant.id as variant_id, line.quantity, variant.sku, variant.price_minor, variant.currency,
      variant.on_hand - variant.reserved as available
    from cart_line line join product_variant variant on variant.id = line.variant_id
    where line.cart_id = ${cartId}
    order by variant.id for no key update of variant`.execute(transaction);
  return rows;
}

function currencyOf(lines: readonly OrderedLine[]): string {
  const [currency, ...others] = new Set(lines.map((line) => line.currency));
  if (currency === undefined) throw conflict('The cart is empty.');
  if (others.length > 0) throw conflict('The cart holds prices in several currencies; an order has one.');
  return currency;
}

function checkStock(lines: readonly OrderedLine[]): void {
  const short = lines.filter(({ quantity, available }) => quantity > available);
  if (short.length === 0) return;
  throw insufficientStock(
    'input.customerId',
    short.map(({ variantId, sku, quantity, available }) => ({ variantId, sku, wanted: quantity, available })),
  );
}

async function insertOrder(
  transaction: Transaction,
  { customerId, shippingAddress: { street, postalCode, city, country } }: NewOrder,
  { currency, totalMinor }: { readonly currency: string; readonly totalMinor: bigint },
): Promise<OrderRow> {
  // The counter is the one row for which all orders wait, so it comes last; it rolls back with its order.
  const { rows } = await sql<OrderRow>`
    with counter as (
      insert into order_counter (year, last) values (extract(year from now() at time zone 'UTC')::integer, 1)
      on conflict (year) do update set last = order_counter.last + 1
      returning year, last
    )
    insert into customer_order (id, number, customer_id, status, placed_at, currency, total_minor, street, postal_code,
      city, country, updated_at)
    select ${mintId('Order')}, format('B-%s-%s', year, lpad(last::text, greatest(length(last::text), 6), '0')), ${customerId}, 'PLACED', now(),
      ${currency}, ${totalMinor}::bigint, ${street}, ${postalCode}, ${city}, ${country}, now()
    from counter
    returning ${ORDER_COLUMNS}`.execute(transaction);
  const [placed] = rows;
  if (placed === undefined) throw new Error('an insert gave no row back');
  return placed;
}

/** The articles are locked, so that these are the prices that the total was made of. */
async function moveLines(transaction: Transaction, cartId: string, orderId: string): Promise<void> {
  await sql`
    insert into order_line (order_id, position, variant_id, sku, name, quantity, unit_price_minor)
    select ${orderId}, row_number() over (order by line.added_at, line.variant_id), variant.id, variant.sku,
      variant.name, line.quantity, variant.price_minor
    from cart_line line join product_variant variant on variant.id = line.variant_id
    where line.cart_id = ${cartId}`.execute(transaction);
  await sql`delete from cart_line where cart_id = ${cartId}`.execute(transaction);
  await sql`update cart set updated_at = clock_timestamp() where id = ${cartId}`.execute(transaction);
}

function conflict(reason: string): KnownError {
  return new KnownError('STATE_CONFLICT', { argument: 'input.customerId', reason });
}
