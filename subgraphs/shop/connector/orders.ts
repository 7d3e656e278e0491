/**
 * Orders and their lines as the shop's tables hold them. `place-order.ts`, `cancel-order.ts` and `ship-order.ts`
 * change them.
 */

import { sql, type RawBuilder } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { byId } from '../../kit/loaders.ts';
import {
  countRows,
  countRowsOfParents,
  readPage,
  readPagesOfParents,
  type Keyset,
  type Listing,
  type Page,
  type PageRequest,
} from '../../kit/page.ts';
import { containsText } from '../../kit/search.ts';

export interface OrderRow {
  readonly id: string;
  readonly number: string;
  readonly customerId: string;
  readonly status: 'PLACED' | 'PARTIALLY_SHIPPED' | 'SHIPPED' | 'CANCELLED';
  readonly placedAt: Date;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly country: string;
  readonly cancellationReason: string | null;
  readonly version: number;
  readonly updatedAt: Date;
}

export interface OrderLineRow {
  readonly orderId: string;
  readonly position: number;
  readonly variantId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly shippedQuantity: number;
  readonly unitPriceMinor: bigint;
  readonly currency: string;
}

export interface OrderConditions {
  readonly status?: string | undefined;
  readonly customerId?: string | undefined;
  readonly placedFrom?: Date | undefined;
  readonly placedBefore?: Date | undefined;
  readonly search?: string | undefined;
}

export type OrderOrderField = 'PLACED_AT' | 'NUMBER' | 'TOTAL';

const ORDERS: Readonly<Record<OrderOrderField, Pick<Keyset, 'column' | 'type'>>> = {
  PLACED_AT: { column: 'placed_at', type: 'timestamptz' },
  NUMBER: { column: 'number', type: 'text' },
  TOTAL: { column: 'total_minor', type: 'bigint' },
};

export const ORDERS_OF_CUSTOMER: Keyset = {
  order: 'customer.orders',
  column: 'placed_at',
  type: 'timestamptz',
  direction: 'DESC',
};

export const ORDER_COLUMNS = sql`
  id, number, customer_id, status, placed_at, currency, total_minor, street, postal_code, city, country,
  cancellation_reason, version, updated_at`;

export function ordersOrder(field: OrderOrderField, direction: 'ASC' | 'DESC'): Keyset {
  return { order: `orders/${field}/${direction}`, ...ORDERS[field], direction };
}

export async function readOrders(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, OrderRow>> {
  const { rows } = await sql<OrderRow>`
    select ${ORDER_COLUMNS} from customer_order where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

export async function readOrdersByNumber(
  database: Database,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, OrderRow>> {
  const { rows } = await sql<OrderRow>`
    select ${ORDER_COLUMNS} from customer_order where number = any(${[...numbers]}::text[])`.execute(
    database,
  );
  return new Map(rows.map((row) => [row.number, row]));
}

export async function readLinesOfOrders(
  database: Database,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly OrderLineRow[]>> {
  const { rows } = await sql<OrderLineRow>`
    select line.order_id, line.position, line.variant_id, line.sku, line.name, line.quantity, line.shipped_quantity,
      line.unit_price_minor, placed.currency
    from order_line line join customer_order placed on placed.id = line.order_id
    where line.order_id = any(${[...orderIds]}::text[])
    order by line.order_id, line.position`.execute(database);
  return Map.groupBy(rows, (row) => row.orderId);
}

export function pageOrders(
  database: Database,
  conditions: OrderConditions,
  keyset: Keyset,
  request: PageRequest,
): Promise<Page<OrderRow>> {
  return readPage(database, listingOf(conditions), keyset, request);
}

export function countOrders(database: Database, conditions: OrderConditions): Promise<number> {
  return countRows(database, listingOf(conditions));
}

export function pageOrdersOfCustomers(
  database: Database,
  customerIds: readonly string[],
  conditions: OrderConditions,
  request: PageRequest,
): Promise<ReadonlyMap<string, Page<OrderRow>>> {
  const listing = { ...listingOf(conditions), parentColumn: 'customer_id' };
  return readPagesOfParents(database, listing, ORDERS_OF_CUSTOMER, { ...request, parentIds: customerIds });
}

export function countOrdersOfCustomers(
  database: Database,
  customerIds: readonly string[],
  conditions: OrderConditions,
): Promise<ReadonlyMap<string, number>> {
  return countRowsOfParents(database, { ...listingOf(conditions), parentColumn: 'customer_id' }, customerIds);
}

function listingOf({ status, customerId, placedFrom, placedBefore, search }: OrderConditions): Listing {
  const where: RawBuilder<boolean>[] = [];
  if (status !== undefined) where.push(sql`status = ${status}`);
  if (customerId !== undefined) where.push(sql`customer_id = ${customerId}`);
  if (placedFrom !== undefined) where.push(sql`placed_at >= ${placedFrom}`);
  if (placedBefore !== undefined) where.push(sql`placed_at < ${placedBefore}`);
  if (search !== undefined) where.push(containsText(['number'], search));
  return { from: sql`customer_order`, columns: ORDER_COLUMNS, where };
}
