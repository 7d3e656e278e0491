/**
 * How an order is placed and cancelled, also by many at once.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { ADA, LAMP_BRASS, orderIdOf, POUF_SAND, STRANGER } from '../kit/small-shop.ts';
import { principalWith, type Answer } from '../kit/start-subgraph.ts';
import { ADDRESS, errorAt, outcomesOf, startShop, type TestShop } from '../kit/start-shop.ts';

const YEAR = new Date().getUTCFullYear();

let world: TestShop;

beforeAll(async () => {
  world = await startShop();
});

afterAll(async () => {
  await world?.stop();
});

test('an order reserves its stock, fixes its prices and empties the cart', async () => {
  const customerId = await world.addCustomer('C-20001');
  const big = await world.addArticle('PLACE-BIG', { onHand: 5, priceMinor: 10_010 });
  const small = await world.addArticle('PLACE-SMALL', { onHand: 9, priceMinor: 5 });
  await world.setCartLine(customerId, small, 9);
  await world.setCartLine(customerId, big, 3);
  const answer = await world.ask(
    `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order {
      number status total { amount currency } customer { id cart { lines { quantity } total { amount } } }
      lines { position sku name quantity shippedQuantity unitPrice { amount } variant { id stock } }
      shippingAddress { street postalCode city country } version cancellationReason shipments { id } } } }`,
    {
      as: principalWith('customer', customerId),
      variables: { input: { customerId, shippingAddress: ADDRESS } },
    },
  );
  expect(answer).toEqual({
    data: {
      placeOrder: {
        order: {
          number: expect.stringMatching(new RegExp(`^B-${YEAR}-\\d{6}$`)),
          status: 'PLACED',
          total: { amount: '300.75', currency: 'EUR' },
          customer: { id: customerId, cart: { lines: [], total: null } },
          lines: [
            {
              position: 1,
              sku: 'PLACE-SMALL',
              name: 'Article PLACE-SMALL',
              quantity: 9,
              shippedQuantity: 0,
              unitPrice: { amount: '0.05' },
              variant: { id: small, stock: 0 },
            },
            {
              position: 2,
              sku: 'PLACE-BIG',
              name: 'Article PLACE-BIG',
              quantity: 3,
              shippedQuantity: 0,
              unitPrice: { amount: '100.10' },
              variant: { id: big, stock: 2 },
            },
          ],
          shippingAddress: ADDRESS,
          version: 1,
          cancellationReason: null,
          shipments: [],
        },
      },
    },
  });
  expect(await world.stockOf(big)).toEqual({ onHand: 5, reserved: 3 });
});

test('orders are numbered without gaps, also when one in between fails', async () => {
  const article = await world.addArticle('NUMBERED', { onHand: 2 });
  const first = await world.placeOrder(await world.customerWith('C-20010', article, 1));
  const missing = await world.placeOrder(await world.customerWith('C-20011', article, 2));
  const second = await world.placeOrder(await world.customerWith('C-20012', article, 1));
  expect(missing.errors?.[0].extensions.code).toBe('INSUFFICIENT_STOCK');
  const countOf = (answer: Answer) => Number(answer.data.placeOrder.order.number.slice(-6));
  expect(countOf(second)).toBe(countOf(first) + 1);
});

test('an order of many articles takes as many statements as an order of one', async () => {
  const counts: number[] = [];
  for (const size of [1, 6]) {
    const customerId = await world.addCustomer(`C-2200${size}`);
    for (let count = 0; count < size; count += 1) {
      await world.setCartLine(customerId, await world.addArticle(`SIZE-${size}-${count}`, { onHand: 1 }), 1);
    }
    world.takeStatements();
    const { id } = (await world.placeOrder(customerId)).data.placeOrder.order;
    expect((await world.shipOrder({ orderId: id })).errors).toBeUndefined();
    counts.push(world.takeStatements().length);
  }
  expect(counts[1]).toBe(counts[0]);
});

test('what is missing is listed article by article, and nothing is ordered', async () => {
  const customerId = await world.addCustomer('C-20020');
  const plenty = await world.addArticle('SHORT-PLENTY', { onHand: 5 });
  const few = await world.addArticle('SHORT-FEW', { onHand: 2, reserved: 1 });
  await world.setCartLine(customerId, plenty, 5);
  await world.setCartLine(customerId, few, 2);
  await world.setCartLine(customerId, POUF_SAND, 1);
  const { data, errors } = await world.placeOrder(customerId);
  expect({ data, errors }).toEqual({
    data: { placeOrder: null },
    errors: [
      errorAt('placeOrder', 'INSUFFICIENT_STOCK', {
        argument: 'input.customerId',
        details: { articles: expect.any(Array) },
      }),
    ],
  });
  const articles = new Map(
    errors?.[0].extensions.details.articles.map((article: { sku: string }) => [article.sku, article]),
  );
  expect(Object.fromEntries(articles)).toEqual({
    'SHORT-FEW': { variantId: few, sku: 'SHORT-FEW', wanted: 2, available: 1 },
    'POUF-SAND': { variantId: POUF_SAND, sku: 'POUF-SAND', wanted: 1, available: 0 },
  });
  expect(await world.stockOf(plenty)).toEqual({ onHand: 5, reserved: 0 });
});

test('of 20 who want the last 5 pieces at once exactly 5 get one', async () => {
  const article = await world.addArticle('LAST-FIVE', { onHand: 5 });
  const customers: string[] = [];
  for (let count = 0; count < 20; count += 1)
    customers.push(await world.customerWith(`C-3${1000 + count}`, article, 1));
  const answers = await Promise.all(customers.map(world.placeOrder));
  expect(outcomesOf(answers)).toEqual([...Array(15).fill('INSUFFICIENT_STOCK'), ...Array(5).fill('done')]);
  expect(await world.stockOf(article)).toEqual({ onHand: 5, reserved: 5 });
  const numbers = answers.flatMap(({ data }) => data.placeOrder?.order.number ?? []);
  expect(new Set(numbers).size).toBe(5);
});

test('one cart that is ordered twice at once gives one order', async () => {
  const article = await world.addArticle('TWICE', { onHand: 10 });
  const customerId = await world.customerWith('C-20030', article, 2);
  const answers = await Promise.all([
    world.placeOrder(customerId),
    world.placeOrder(customerId),
    world.placeOrder(customerId),
  ]);
  expect(outcomesOf(answers)).toEqual(['STATE_CONFLICT', 'STATE_CONFLICT', 'done']);
  expect(await world.stockOf(article)).toEqual({ onHand: 10, reserved: 2 });
});

test('orders over the same articles in opposite order do not lock each other out', async () => {
  const articles: string[] = [];
  for (const sku of ['CROSS-1', 'CROSS-2', 'CROSS-3'])
    articles.push(await world.addArticle(sku, { onHand: 9 }));
  // The one in the middle is held, so that both orders are under way before either can end.
  const [first = '', middle = '', last = ''] = articles.sort();
  const upwards = await world.customerWith('C-41000', first, 1);
  const downwards = await world.customerWith('C-41001', last, 1);
  for (const article of [middle, last]) await world.setCartLine(upwards, article, 1);
  for (const article of [middle, first]) await world.setCartLine(downwards, article, 1);
  const held = await world.holdArticle(middle);
  const answers = [world.placeOrder(upwards), world.placeOrder(downwards)];
  await held.areWaiting(2);
  await held.release();
  expect(outcomesOf(await Promise.all(answers))).toEqual(['done', 'done']);
  expect(await Promise.all(articles.map(world.stockOf))).toEqual(Array(3).fill({ onHand: 9, reserved: 2 }));
});

test.each([
  ['an empty cart', ADA, 'STATE_CONFLICT', 'The cart is empty.'],
  [
    'a customer whom the shop does not know',
    STRANGER,
    'BAD_USER_INPUT',
    'The shop does not know this customer yet.',
  ],
] as const)('%s cannot be ordered', async (_what, customerId, code, reason) => {
  expect(await world.placeOrder(customerId)).toEqual({
    data: { placeOrder: null },
    errors: [errorAt('placeOrder', code, { argument: 'input.customerId', reason })],
  });
});

test('a cart with prices in two currencies has no total and cannot be ordered', async () => {
  const article = await world.addArticle('EURO', { onHand: 5 });
  const customerId = await world.customerWith('C-20040', article, 1);
  await world.setCartLine(customerId, LAMP_BRASS, 1);
  expect((await world.placeOrder(customerId)).errors).toEqual([
    errorAt('placeOrder', 'STATE_CONFLICT', {
      argument: 'input.customerId',
      reason: 'The cart holds prices in several currencies; an order has one.',
    }),
  ]);
});

test('a cancelled order gives its stock back', async () => {
  const article = await world.addArticle('CANCEL', { onHand: 5 });
  const customerId = await world.customerWith('C-20050', article, 3);
  const { id } = (await world.placeOrder(customerId)).data.placeOrder.order;
  expect(
    await world.cancelOrder(id, { expectedVersion: 1, as: principalWith('customer', customerId) }),
  ).toEqual({
    data: {
      cancelOrder: { order: { status: 'CANCELLED', version: 2, cancellationReason: 'Ordered twice' } },
    },
  });
  expect(await world.stockOf(article)).toEqual({ onHand: 5, reserved: 0 });
  expect(await world.cancelOrder(id, { expectedVersion: 2 })).toEqual({
    data: { cancelOrder: null },
    errors: [
      errorAt('cancelOrder', 'STATE_CONFLICT', {
        argument: 'input.orderId',
        reason: 'The order is CANCELLED.',
      }),
    ],
  });
});

test('an order that is cancelled and shipped at once becomes only one of the two', async () => {
  const article = await world.addArticle('RACE', { onHand: 50, reserved: 20 });
  const customerId = await world.customerWith('C-20060', article, 3);
  const { id } = (await world.placeOrder(customerId)).data.placeOrder.order;
  const cancellations = [1, 2].map(() => world.cancelOrder(id, { expectedVersion: 1 }));
  const shipments = [1, 2].map(() => world.shipOrder({ orderId: id }));
  const [cancelled, shipped] = [
    outcomesOf(await Promise.all(cancellations)),
    outcomesOf(await Promise.all(shipments)),
  ];
  const wasShipped = shipped.includes('done');
  expect({ cancelled, shipped }).toEqual(
    wasShipped
      ? { cancelled: ['VERSION_CONFLICT', 'VERSION_CONFLICT'], shipped: ['STATE_CONFLICT', 'done'] }
      : { cancelled: ['VERSION_CONFLICT', 'done'], shipped: ['STATE_CONFLICT', 'STATE_CONFLICT'] },
  );
  expect(await world.stockOf(article)).toEqual({ onHand: wasShipped ? 47 : 50, reserved: 20 });
});

test('an old version, another’s order and one that does not exist cannot be cancelled', async () => {
  const unknown = globalIdOf('Order', 'no');
  expect((await world.cancelOrder(orderIdOf(1), { expectedVersion: 7 })).errors).toEqual([
    errorAt('cancelOrder', 'VERSION_CONFLICT', {
      argument: 'input.expectedVersion',
      details: { version: 1 },
    }),
  ]);
  const notFound = [errorAt('cancelOrder', 'NOT_FOUND', { argument: 'input.orderId' })];
  const ada = principalWith('customer', ADA);
  expect((await world.cancelOrder(orderIdOf(5), { expectedVersion: 1, as: ada })).errors).toEqual(notFound);
  expect((await world.cancelOrder(unknown, { expectedVersion: 1 })).errors).toEqual(notFound);
});

test('what was shipped in part cannot be cancelled', async () => {
  expect((await world.cancelOrder(orderIdOf(2), { expectedVersion: 1 })).errors).toEqual([
    errorAt('cancelOrder', 'STATE_CONFLICT', {
      argument: 'input.orderId',
      reason: 'The order is PARTIALLY_SHIPPED.',
    }),
  ]);
});
