/**
 * How an order is shipped, whole or in parts, also by several at once.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { orderIdOf } from '../kit/small-shop.ts';
import { errorAt, outcomesOf, startShop, type TestShop } from '../kit/start-shop.ts';

let world: TestShop;

beforeAll(async () => {
  world = await startShop();
});

afterAll(async () => {
  await world?.stop();
});

test('a parcel takes its articles from the shelf and from what is reserved, and is written down', async () => {
  const [left, right] = [
    await world.addArticle('SHIP-LEFT', { onHand: 9 }),
    await world.addArticle('SHIP-RIGHT', { onHand: 4 }),
  ];
  const customerId = await world.customerWith('C-20070', left, 5);
  await world.setCartLine(customerId, right, 4);
  const { id, number } = (await world.placeOrder(customerId)).data.placeOrder.order;
  const part = await world.shipOrder({
    orderId: id,
    lines: [{ position: 1, quantity: 2 }],
    trackingNumber: ' 42 ',
  });
  expect(part).toEqual({
    data: {
      shipOrder: {
        shipment: {
          carrier: 'DHL',
          trackingNumber: '42',
          lines: [{ position: 1, quantity: 2, variant: { sku: 'SHIP-LEFT', stock: 4 } }],
          order: {
            status: 'PARTIALLY_SHIPPED',
            version: 2,
            lines: [{ shippedQuantity: 2 }, { shippedQuantity: 0 }],
          },
        },
      },
    },
  });
  expect([await world.stockOf(left), await world.stockOf(right)]).toEqual([
    { onHand: 7, reserved: 3 },
    { onHand: 4, reserved: 4 },
  ]);
  const { shipment } = (await world.shipOrder({ orderId: id })).data.shipOrder;
  expect([shipment.lines.map((line: { quantity: number }) => line.quantity), shipment.order]).toEqual([
    [3, 4],
    { status: 'SHIPPED', version: 3, lines: [{ shippedQuantity: 5 }, { shippedQuantity: 4 }] },
  ]);
  const movements =
    await world.runAsOwner(`select sku, change, reason, recorded_by from stock_movement join product_variant variant on variant.id = variant_id
     where variant_id in ('${left}', '${right}') order by sku, change desc`);
  const record = { reason: `shipment of ${number}`, recorded_by: 'warehouse' };
  expect(movements).toEqual([
    { sku: 'SHIP-LEFT', change: -2, ...record },
    { sku: 'SHIP-LEFT', change: -3, ...record },
    { sku: 'SHIP-RIGHT', change: -4, ...record },
  ]);
});

test('two parcels of one line at once never hold more than was ordered', async () => {
  const article = await world.addArticle('SHIP-RACE', { onHand: 9 });
  const { id } = (await world.placeOrder(await world.customerWith('C-20080', article, 5))).data.placeOrder
    .order;
  const parcel = { orderId: id, lines: [{ position: 1, quantity: 2 }] };
  const answers = await Promise.all([
    world.shipOrder(parcel),
    world.shipOrder(parcel),
    world.shipOrder(parcel),
    world.shipOrder(parcel),
  ]);
  expect(outcomesOf(answers)).toEqual(['STATE_CONFLICT', 'STATE_CONFLICT', 'done', 'done']);
  expect(await world.stockOf(article)).toEqual({ onHand: 5, reserved: 1 });
});

test.each([
  [
    orderIdOf(3),
    undefined,
    'STATE_CONFLICT',
    { argument: 'input.orderId', reason: 'The order is SHIPPED; nothing is left to ship.' },
  ],
  [
    orderIdOf(4),
    undefined,
    'STATE_CONFLICT',
    { argument: 'input.orderId', reason: 'The order is CANCELLED; nothing is left to ship.' },
  ],
  [globalIdOf('Order', 'no'), undefined, 'NOT_FOUND', { argument: 'input.orderId' }],
  [
    orderIdOf(5),
    [{ position: 3, quantity: 1 }],
    'BAD_USER_INPUT',
    { argument: 'input.lines.0.position', reason: 'The order has no such line.' },
  ],
  [
    orderIdOf(5),
    [
      { position: 1, quantity: 1 },
      { position: 2, quantity: 3 },
    ],
    'STATE_CONFLICT',
    { argument: 'input.lines.1.quantity', reason: 'More than was not shipped yet.', details: { open: 2 } },
  ],
] as const)(
  'a parcel that the order %s does not allow is refused: %j',
  async (orderId, lines, code, facts) => {
    expect(await world.shipOrder({ orderId, lines })).toEqual({
      data: { shipOrder: null },
      errors: [errorAt('shipOrder', code, facts)],
    });
  },
);
