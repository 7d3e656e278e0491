/**
 * A shop small enough to know by heart: three products, five articles, three customers with five orders. Knows the
 * shop's tables; what the subgraph must answer is the tests' business.
 */

import pg from 'pg';

import { customerIdOf, globalIdOf } from '../../subgraphs/kit/global-id.ts';

export const ADA = customerIdOf('C-10001');
export const BEN = customerIdOf('C-10002');
export const CLARA = customerIdOf('C-10003');
/** In the CRM perhaps, but not in the shop. */
export const STRANGER = customerIdOf('C-99999');

export const DESK = globalIdOf('Product', 'oak-desk');
export const LAMP = globalIdOf('Product', 'desk-lamp');
export const POUF = globalIdOf('Product', 'pouf');

/** 1299.90 EUR, 12 on the shelf, 2 reserved. */
export const DESK_160 = variantIdOf('OAK-DESK-160');
/** 999.90 EUR, 5 on the shelf. */
export const DESK_120 = variantIdOf('OAK-DESK-120');
/** 19.99 EUR, 100 on the shelf, 3 reserved. */
export const LAMP_BLACK = variantIdOf('DESK-LAMP-BLACK');
/** 25.00 USD, 10 on the shelf. */
export const LAMP_BRASS = variantIdOf('DESK-LAMP-BRASS');
/** 159.00 EUR, 4 on the shelf, all reserved. */
export const POUF_SAND = variantIdOf('POUF-SAND');

export const ORDER = orderIdOf(1);
export const SHIPMENT = globalIdOf('Shipment', 'B-2025-000002/1');
export const BENS_CART = globalIdOf('Cart', 'C-10002');

export function variantIdOf(sku: string): string {
  return globalIdOf('ProductVariant', sku);
}

/** `orderIdOf(1)` is the id of `B-2025-000001`. */
export function orderIdOf(count: number): string {
  return globalIdOf('Order', `B-2025-00000${count}`);
}

/**
 * 1: Ada's, placed, 2 × desk. 2: Ada's, 1 of 2 lamps shipped. 3: Ben's, shipped. 4: Ben's, cancelled.
 * 5: Clara's, placed, 4 × pouf and 2 × lamp.
 */
export async function fillShop(ownerUrl: string): Promise<void> {
  const at = '2025-03-31 14:05:00.123456+00';
  await runAs(
    ownerUrl,
    `
    insert into product values
      ('${DESK}', 'oak-desk', 'Oak desk', 'A plain desk.', 'Desks', '${at}'),
      ('${LAMP}', 'desk-lamp', 'Desk lamp', 'Dims by touch, 100 % of the time.', 'Lighting', '${at}'),
      ('${POUF}', 'pouf', 'Pouf', 'A seat for the desk’s neighbour.', 'Lounge', '2024-01-01 00:00:00+00');
    insert into product_variant values
      ('${DESK_160}', '${DESK}', 'OAK-DESK-160', 'Oak desk, 160 cm', 129990, 'EUR', 12, 2),
      ('${DESK_120}', '${DESK}', 'OAK-DESK-120', 'Oak desk, 120 cm', 99990, 'EUR', 5, 0),
      ('${LAMP_BLACK}', '${LAMP}', 'DESK-LAMP-BLACK', 'Desk lamp, black', 1999, 'EUR', 100, 3),
      ('${LAMP_BRASS}', '${LAMP}', 'DESK-LAMP-BRASS', 'Desk lamp, brass', 2500, 'USD', 10, 0),
      ('${POUF_SAND}', '${POUF}', 'POUF-SAND', 'Pouf, sand', 15900, 'EUR', 4, 4);
    insert into customer_copy values
      ('${ADA}', 'C-10001', 'Ada Byron'), ('${BEN}', 'C-10002', 'Ben Öztürk'), ('${CLARA}', 'C-10003', 'Clara');
    insert into order_counter values (2025, 5);
    insert into customer_order values ${[
      orderRow(1, ADA, 'PLACED', { placedAt: at, totalMinor: 259980 }),
      orderRow(2, ADA, 'PARTIALLY_SHIPPED', { placedAt: at, totalMinor: 3998 }),
      orderRow(3, BEN, 'SHIPPED', { placedAt: '2025-03-31 14:05:00.123457+00', totalMinor: 1999 }),
      orderRow(4, BEN, 'CANCELLED', { placedAt: '2025-04-01 00:00:00+00', totalMinor: 1999 }),
      orderRow(5, CLARA, 'PLACED', { placedAt: '2025-05-01 00:00:00+00', totalMinor: 67598 }),
    ].join(', ')};
    insert into order_line values
      ('${orderIdOf(1)}', 1, '${DESK_160}', 'OAK-DESK-160', 'Oak desk, 160 cm', 2, 0, 129990),
      ('${orderIdOf(2)}', 1, '${LAMP_BLACK}', 'DESK-LAMP-BLACK', 'Lamp', 2, 1, 1999),
      ('${orderIdOf(3)}', 1, '${LAMP_BLACK}', 'DESK-LAMP-BLACK', 'Lamp', 1, 1, 1999),
      ('${orderIdOf(4)}', 1, '${LAMP_BLACK}', 'DESK-LAMP-BLACK', 'Lamp', 1, 0, 1999),
      ('${orderIdOf(5)}', 1, '${POUF_SAND}', 'POUF-SAND', 'Pouf, sand', 4, 0, 15900),
      ('${orderIdOf(5)}', 2, '${LAMP_BLACK}', 'DESK-LAMP-BLACK', 'Lamp', 2, 0, 1999);
    insert into shipment values
      ('${SHIPMENT}', '${orderIdOf(2)}', 'DHL', '123', '2025-04-02 08:00:00+00'),
      ('${globalIdOf('Shipment', 'B-2025-000003/1')}', '${orderIdOf(3)}', 'Haulier', null, '2025-04-03 08:00:00+00');
    insert into shipment_line values
      ('${SHIPMENT}', '${orderIdOf(2)}', 1, 1),
      ('${globalIdOf('Shipment', 'B-2025-000003/1')}', '${orderIdOf(3)}', 1, 1);
    insert into cart values ('${BENS_CART}', '${BEN}', '${at}');
    insert into cart_line values
      ('${BENS_CART}', '${LAMP_BLACK}', 3, '${at}'), ('${BENS_CART}', '${DESK_120}', 1, '2025-03-30 00:00:00+00');`,
  );
}

/** Runs SQL over a connection of its own, and gives the rows of the (last) statement. */
// Reason for the any: a test reads the columns that its own statement names.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function runAs(url: string, statement: string): Promise<any[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

function orderRow(
  count: number,
  customerId: string,
  status: string,
  { placedAt, totalMinor }: { readonly placedAt: string; readonly totalMinor: number },
): string {
  const reason = status === 'CANCELLED' ? `'Ordered twice'` : 'null';
  return `('${orderIdOf(count)}', 'B-2025-00000${count}', '${customerId}', '${status}', '${placedAt}', 'EUR', ${totalMinor},
    'Lange Straße 1', '10115', 'Berlin', 'DE', ${reason}, 1, '${placedAt}')`;
}
