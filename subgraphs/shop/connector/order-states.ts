/**
 * How orders stand in the shop, for those who compare their copies.
 */

import { sql } from 'kysely';

import type { ReadStates } from '../../kit/events/system-events.ts';
import { orderStands } from './order-events.ts';
import { ORDER_COLUMNS, readLinesOfOrders, type OrderRow } from './orders.ts';

export const readOrderStates: ReadStates = async (database, { after = '', ids, first }) => {
  const chosen = ids === undefined ? sql`id collate "C" > ${after}` : sql`id = any(${[...ids]}::text[])`;
  const { rows } = await sql<OrderRow>`
    select ${ORDER_COLUMNS} from customer_order where ${chosen} order by id collate "C" limit ${first}`.execute(
    database,
  );
  const lines = await readLinesOfOrders(
    database,
    rows.map(({ id }) => id),
  );
  return rows.map((order) => orderStands(order, lines.get(order.id) ?? []));
};
