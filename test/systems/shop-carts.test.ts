/**
 * How a cart is filled and how stock is corrected, also by many at once, and what every mutation refuses.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { ADA, BEN, DESK_160, LAMP_BLACK, ORDER, orderIdOf, POUF_SAND, STRANGER } from '../kit/small-shop.ts';
import { principalWith } from '../kit/start-subgraph.ts';
import { ADDRESS, errorAt, outcomesOf, startShop, type TestShop } from '../kit/start-shop.ts';

const UNKNOWN_ARTICLE = globalIdOf('ProductVariant', 'no');

let world: TestShop;

beforeAll(async () => {
  world = await startShop();
});

afterAll(async () => {
  await world?.stop();
});

test('a cart keeps the order in which things were put there, and each answer shows what is true after it', async () => {
  const customerId = await world.addCustomer('C-21000');
  const line = (name: string, variantId: string, quantity: number) =>
    `${name}: setCartLine(input: { customerId: "${customerId}", variantId: "${variantId}", quantity: ${quantity} }) { cart { ...It } }`;
  const answer = await world.ask(
    `mutation { ${line('a', LAMP_BLACK, 2)} ${line('b', DESK_160, 1)} ${line('c', LAMP_BLACK, 10_000)} ${line('d', DESK_160, 0)} }
     fragment It on Cart { customer { id } lines { quantity variant { sku } } total { amount } }`,
    { as: principalWith('customer', customerId) },
  );
  const lamps = (quantity: number) => ({ quantity, variant: { sku: 'DESK-LAMP-BLACK' } });
  const desk = { quantity: 1, variant: { sku: 'OAK-DESK-160' } };
  const cart = (lines: readonly unknown[], amount: string) => ({
    cart: { customer: { id: customerId }, lines, total: { amount } },
  });
  expect(answer).toEqual({
    data: {
      a: cart([lamps(2)], '39.98'),
      b: cart([lamps(2), desk], '1339.88'),
      c: cart([lamps(10_000), desk], '201199.90'),
      d: cart([lamps(10_000)], '199900.00'),
    },
  });
  expect(await world.stockOf(LAMP_BLACK)).toEqual({ onHand: 100, reserved: 3 });
});

test('many first uses at once make one cart that holds everything', async () => {
  const customerId = await world.addCustomer('C-21001');
  const articles: string[] = [];
  for (let count = 0; count < 8; count += 1)
    articles.push(await world.addArticle(`FIRST-${count}`, { onHand: 1 }));
  const answers = await Promise.all(articles.map((id) => world.setCartLine(customerId, id, 1)));
  expect(outcomesOf(answers)).toEqual(Array(8).fill('done'));
  const lines = `select count(distinct cart.id)::int as carts, count(*)::int as lines
    from cart join cart_line on cart_id = cart.id where customer_id = '${customerId}'`;
  expect(await world.runAsOwner(lines)).toEqual([{ carts: 1, lines: 8 }]);
});

test('a cart holds 100 articles, also when two put the last one at once', async () => {
  const customerId = await world.customerWith('C-21002', LAMP_BLACK, 1);
  await world.runAsOwner(`
    insert into product_variant select 'var_' || n, (select product_id from product_variant where id = '${LAMP_BLACK}'),
      'FULL-' || n, 'Filler', 1, 'EUR', 1, 0 from generate_series(1, 98) as n;
    insert into cart_line select (select id from cart where customer_id = '${customerId}'), 'var_' || n, 1, now()
      from generate_series(1, 98) as n`);
  const answers = await Promise.all([DESK_160, POUF_SAND].map((id) => world.setCartLine(customerId, id, 1)));
  expect(outcomesOf(answers)).toEqual(['STATE_CONFLICT', 'done']);
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([
    errorAt('setCartLine', 'STATE_CONFLICT', {
      argument: 'input.variantId',
      reason: 'The cart holds 100 articles already, and no more fit.',
    }),
  ]);
  expect((await world.setCartLine(customerId, LAMP_BLACK, 7)).errors).toBeUndefined();
});

test('what the shop does not know goes into no cart, nor out of one', async () => {
  const article = { argument: 'input.variantId', reason: 'There is no such article.' };
  const customer = { argument: 'input.customerId', reason: 'The shop does not know this customer yet.' };
  for (const quantity of [0, 1]) {
    expect((await world.setCartLine(ADA, UNKNOWN_ARTICLE, quantity)).errors).toEqual([
      errorAt('setCartLine', 'BAD_USER_INPUT', article),
    ]);
    expect((await world.setCartLine(STRANGER, DESK_160, quantity)).errors).toEqual([
      errorAt('setCartLine', 'BAD_USER_INPUT', customer),
    ]);
  }
  expect(await world.runAsOwner(`select from cart where customer_id in ('${ADA}', '${STRANGER}')`)).toEqual(
    [],
  );
});

test('stock is corrected with a reason, under the name of who counted', async () => {
  const article = await world.addArticle('COUNTED', { onHand: 5, reserved: 2 });
  expect(await adjust({ variantId: article, change: -3, reason: ' Broken ' })).toEqual({
    data: { adjustStock: { variant: { sku: 'COUNTED', stock: 0 } } },
  });
  expect(await adjust({ variantId: article, change: 10, reason: 'Received' })).toEqual({
    data: { adjustStock: { variant: { sku: 'COUNTED', stock: 10 } } },
  });
  const movements = `select change, reason, recorded_by from stock_movement where variant_id = '${article}' order by created_at`;
  expect(await world.runAsOwner(movements)).toEqual([
    { change: -3, reason: 'Broken', recorded_by: 'warehouse' },
    { change: 10, reason: 'Received', recorded_by: 'warehouse' },
  ]);
});

test('what is reserved stays on the shelf, also when many take from it at once', async () => {
  const article = await world.addArticle('KEPT', { onHand: 8, reserved: 3 });
  const change = { variantId: article, change: -1, reason: 'Broken' };
  const answers = await Promise.all(Array.from({ length: 9 }, () => adjust(change)));
  expect(outcomesOf(answers)).toEqual([...Array(4).fill('INSUFFICIENT_STOCK'), ...Array(5).fill('done')]);
  expect(await world.stockOf(article)).toEqual({ onHand: 3, reserved: 3 });
  expect(await adjust({ ...change, change: -2 })).toEqual({
    data: { adjustStock: null },
    errors: [
      errorAt('adjustStock', 'INSUFFICIENT_STOCK', {
        argument: 'input.change',
        details: { articles: [{ variantId: article, sku: 'KEPT', wanted: 2, available: 0 }] },
      }),
    ],
  });
});

test('a shelf has an end, and an unknown article has none', async () => {
  const article = await world.addArticle('HEAP', { onHand: 999_999_999 });
  expect((await adjust({ variantId: article, change: 2, reason: 'Received' })).errors).toEqual([
    errorAt('adjustStock', 'BAD_USER_INPUT', {
      argument: 'input.change',
      reason: 'At most 1000000000 can be on the shelf.',
    }),
  ]);
  expect((await adjust({ variantId: UNKNOWN_ARTICLE, change: 1, reason: 'Received' })).errors).toEqual([
    errorAt('adjustStock', 'NOT_FOUND', { argument: 'input.variantId' }),
  ]);
});

test.each([
  ['setCartLine', { customerId: 'x', variantId: DESK_160, quantity: 1 }, 'customerId'],
  ['setCartLine', { customerId: ADA, variantId: ORDER, quantity: 1 }, 'variantId'],
  ['setCartLine', { customerId: ADA, variantId: DESK_160, quantity: -1 }, 'quantity'],
  ['setCartLine', { customerId: ADA, variantId: DESK_160, quantity: 10_001 }, 'quantity'],
  ['placeOrder', { customerId: 'x', shippingAddress: ADDRESS }, 'customerId'],
  ['placeOrder', { customerId: ADA, shippingAddress: { ...ADDRESS, street: ' ' } }, 'shippingAddress.street'],
  [
    'placeOrder',
    { customerId: ADA, shippingAddress: { ...ADDRESS, country: 'Germany' } },
    'shippingAddress.country',
  ],
  ['cancelOrder', { orderId: DESK_160, expectedVersion: 1, reason: 'a' }, 'orderId'],
  ['cancelOrder', { orderId: ORDER, expectedVersion: 0, reason: 'a' }, 'expectedVersion'],
  ['cancelOrder', { orderId: ORDER, expectedVersion: 1, reason: '' }, 'reason'],
  ['shipOrder', { orderId: 'x', carrier: 'DHL' }, 'orderId'],
  ['shipOrder', { orderId: ORDER, carrier: '\u0000' }, 'carrier'],
  ['shipOrder', { orderId: ORDER, carrier: 'DHL', trackingNumber: '' }, 'trackingNumber'],
  ['shipOrder', { orderId: ORDER, carrier: 'DHL', lines: [] }, 'lines'],
  [
    'shipOrder',
    { orderId: ORDER, carrier: 'DHL', lines: [{ position: 0, quantity: 1 }] },
    'lines.0.position',
  ],
  [
    'shipOrder',
    { orderId: ORDER, carrier: 'DHL', lines: [{ position: 1, quantity: 0 }] },
    'lines.0.quantity',
  ],
  [
    'shipOrder',
    { orderId: ORDER, carrier: 'DHL', lines: Array(2).fill({ position: 1, quantity: 1 }) },
    'lines.1.position',
  ],
  ['adjustStock', { variantId: 'x', change: 1, reason: 'a' }, 'variantId'],
  ['adjustStock', { variantId: DESK_160, change: 0, reason: 'a' }, 'change'],
  ['adjustStock', { variantId: DESK_160, change: 1_000_001, reason: 'a' }, 'change'],
  ['adjustStock', { variantId: DESK_160, change: 1, reason: 'a'.repeat(501) }, 'reason'],
])('%s(%j) is refused by name', async (mutation, input, argument) => {
  const everyScope = {
    ...principalWith('commerce'),
    scopes: ['orders:write', 'shipments:write', 'stock:write'],
  };
  expect(await world.ask(mutationOf(mutation), { as: everyScope, variables: { input } })).toEqual({
    data: { [mutation]: null },
    errors: [
      errorAt(mutation, 'BAD_USER_INPUT', { argument: `input.${argument}`, reason: expect.any(String) }),
    ],
  });
});

test.each([
  [
    'setCartLine',
    { customerId: BEN, variantId: DESK_160, quantity: 1 },
    'holds orders:write or acts for themselves',
  ],
  ['placeOrder', { customerId: BEN, shippingAddress: ADDRESS }, 'holds orders:write or acts for themselves'],
  ['shipOrder', { orderId: orderIdOf(1), carrier: 'DHL' }, 'holds shipments:write'],
  ['adjustStock', { variantId: DESK_160, change: 1, reason: 'Mine' }, 'holds stock:write'],
])('%s is refused to a customer where it is not theirs to do', async (mutation, input, rule) => {
  const asked = { as: principalWith('customer', ADA), variables: { input } };
  expect(await world.ask(mutationOf(mutation), asked)).toEqual({
    data: { [mutation]: null },
    errors: [
      errorAt(mutation, 'FORBIDDEN', {
        reason: expect.any(String),
        details: { field: `Mutation.${mutation}`, rule },
      }),
    ],
  });
});

test('nobody who may not is able to cancel', async () => {
  const asked = { expectedVersion: 1, as: principalWith('auditor') };
  expect(outcomesOf([await world.cancelOrder(ORDER, asked)])).toEqual(['FORBIDDEN']);
});

function adjust(input: Readonly<Record<string, unknown>>) {
  return world.ask(
    `mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { variant { sku stock } } }`,
    { as: 'warehouse', variables: { input } },
  );
}

function mutationOf(name: string): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`;
}
