/**
 * What the shop answers to other systems' references, and what its database refuses to the subgraph's own role.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Principal } from '../../schema/contract/principal.ts';
import { ERRORS } from '../../schema/contract/errors.ts';
import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import {
  ADA,
  BEN,
  BENS_CART,
  CLARA,
  DESK,
  DESK_160,
  LAMP_BLACK,
  ORDER,
  orderIdOf,
  SHIPMENT,
  STRANGER,
} from '../kit/small-shop.ts';
import { principalWith, type Answer } from '../kit/start-subgraph.ts';
import { startShop, type TestShop } from '../kit/start-shop.ts';

const EUROS = { amount: '0.01', currency: 'EUR' };

let world: TestShop;

beforeAll(async () => {
  world = await startShop();
});

afterAll(async () => {
  await world?.stop();
});

test('representations are answered each in its place, doubles and unknown ones too', async () => {
  const variants = [LAMP_BLACK, globalIdOf('ProductVariant', 'no'), DESK_160, LAMP_BLACK];
  const representations = [
    ...variants.map((id) => ({ __typename: 'ProductVariant', id })),
    { __typename: 'Product', id: DESK },
    { __typename: 'Order', id: orderIdOf(3) },
    { __typename: 'Cart', id: BENS_CART },
    { __typename: 'Shipment', id: SHIPMENT },
  ];
  world.takeStatements();
  const answer = await entities(
    representations,
    '... on ProductVariant { sku } ... on Product { slug } ... on Order { number } ... on Cart { customer { id } } ... on Shipment { carrier }',
  );
  expect(answer).toEqual({
    data: {
      _entities: [
        { sku: 'DESK-LAMP-BLACK' },
        null,
        { sku: 'OAK-DESK-160' },
        { sku: 'DESK-LAMP-BLACK' },
        { slug: 'oak-desk' },
        { number: 'B-2025-000003' },
        { customer: { id: BEN } },
        { carrier: 'DHL' },
      ],
    },
  });
  expect(world.takeStatements()).toHaveLength(5);
});

test('orders and carts of many customers come in one statement each, none for whom the shop does not know', async () => {
  const customers = [CLARA, STRANGER, BEN];
  world.takeStatements();
  const answer = await entities(
    customers.map((id) => ({ __typename: 'Customer', id })),
    '... on Customer { orders(first: 1) { totalCount nodes { number } pageInfo { hasNextPage } } cart { total { amount } } }',
  );
  const orders = (totalCount: number, ...numbers: readonly string[]) => ({
    totalCount,
    nodes: numbers.map((number) => ({ number })),
    pageInfo: { hasNextPage: totalCount > 1 },
  });
  expect(answer).toEqual({
    data: {
      _entities: [
        { orders: orders(1, 'B-2025-000005'), cart: null },
        { orders: orders(0), cart: null },
        { orders: orders(2, 'B-2025-000004'), cart: { total: { amount: '1059.87' } } },
      ],
    },
  });
  expect(world.takeStatements()).toHaveLength(4);
});

test('the orders of a customer follow one another page by page, narrowed by status', async () => {
  const selection = (given: string) =>
    `... on Customer { orders(${given}) { nodes { number } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
  const ordersOf = async (given: string) =>
    (await entities([{ __typename: 'Customer', id: BEN }], selection(given))).data._entities[0].orders;
  const first = await ordersOf('first: 1');
  const second = await ordersOf(`first: 1, after: "${first.pageInfo.endCursor}"`);
  expect([first.nodes, second.nodes, second.pageInfo]).toEqual([
    [{ number: 'B-2025-000004' }],
    [{ number: 'B-2025-000003' }],
    { hasNextPage: false, hasPreviousPage: true, endCursor: expect.any(String) },
  ]);
  expect((await ordersOf('status: SHIPPED')).nodes).toEqual([{ number: 'B-2025-000003' }]);
});

test('a key alone costs no statement', async () => {
  world.takeStatements();
  const answer = await entities([{ __typename: 'Customer', id: ADA }], '... on Customer { id }');
  expect(answer).toEqual({ data: { _entities: [{ id: ADA }] } });
  expect(world.takeStatements()).toEqual([]);
});

test('references give a customer what is theirs, and another’s as little as what does not exist', async () => {
  const things = [
    { __typename: 'Order', id: ORDER },
    { __typename: 'Order', id: orderIdOf(5) },
    { __typename: 'Cart', id: BENS_CART },
    { __typename: 'Shipment', id: SHIPMENT },
  ];
  const asked = '... on Order { number } ... on Cart { updatedAt } ... on Shipment { carrier }';
  expect(await entities(things, asked, principalWith('customer', ADA))).toEqual({
    data: { _entities: [{ number: 'B-2025-000001' }, null, null, { carrier: 'DHL' }] },
  });
  const customers = [ADA, BEN].map((id) => ({ __typename: 'Customer', id, creditAvailable: EUROS }));
  const answer = await entities(
    customers,
    '... on Customer { orders { totalCount } cart { id } mayBuyOnAccount }',
    principalWith('customer', ADA),
  );
  expect(answer.data._entities).toEqual([
    { orders: { totalCount: 2 }, cart: null, mayBuyOnAccount: true },
    { orders: null, cart: null, mayBuyOnAccount: null },
  ]);
  expect(answer.errors?.map(({ path, extensions }) => [path.join('.'), extensions.code])).toEqual([
    ['_entities.1.orders', 'FORBIDDEN'],
    ['_entities.1.cart', 'FORBIDDEN'],
    ['_entities.1.mayBuyOnAccount', 'FORBIDDEN'],
  ]);
});

test.each([
  [EUROS, true],
  [{ amount: '123456789.99', currency: 'CHF' }, true],
  [{ amount: '0.00', currency: 'EUR' }, false],
  [{ amount: '-0.01', currency: 'EUR' }, false],
  [null, false],
  [undefined, null],
])('with creditAvailable %j mayBuyOnAccount is %j', async (creditAvailable, expected) => {
  expect(await mayBuy(creditAvailable)).toEqual({ data: { _entities: [{ mayBuyOnAccount: expected }] } });
});

test.each([
  [12],
  ['12.00'],
  [{ amount: 12, currency: 'EUR' }],
  [{ amount: 'much', currency: 'EUR' }],
  [{ amount: '1.00' }],
])('creditAvailable as %j is a fault, not an answer', async (creditAvailable) => {
  expect(await mayBuy(creditAvailable)).toEqual({
    data: { _entities: [{ mayBuyOnAccount: null }] },
    errors: [
      {
        message: ERRORS.INTERNAL.says,
        locations: expect.any(Array),
        path: ['_entities', 0, 'mayBuyOnAccount'],
        extensions: { code: 'INTERNAL' },
      },
    ],
  });
});

test.each([
  ['a price', `update product_variant set price_minor = 1`, '42501'],
  ['a SKU', `update product_variant set sku = 'X'`, '42501'],
  ['the total of an order', `update customer_order set total_minor = 1`, '42501'],
  ['whose order it is', `update customer_order set customer_id = '${BEN}'`, '42501'],
  ['what was ordered', `update order_line set quantity = 1`, '42501'],
  ['an order, by deleting it', `delete from customer_order`, '42501'],
  ['a parcel, by deleting it', `delete from shipment_line`, '42501'],
  ['what was written down of the shelf', `update stock_movement set change = 1`, '42501'],
  ['whose copy of a customer it is', `update customer_copy set customer_id = 'a'`, '42501'],
  ['how many copies of customers there are, but for more', `delete from customer_copy`, '42501'],
  ['what was received', `update inbox set outcome = 'APPLIED'`, '42501'],
  ['what was said', `update outbox set data = '{}'`, '42501'],
  ['stock, to below zero', `update product_variant set on_hand = -1`, '23514'],
  [
    'stock, to below what is reserved',
    `update product_variant set on_hand = reserved - 1 where reserved > 0`,
    '23514',
  ],
  ['reservations, to more than there is', `update product_variant set reserved = on_hand + 1`, '23514'],
  [
    'what was shipped, to more than was ordered',
    `update order_line set shipped_quantity = quantity + 1`,
    '23514',
  ],
  [
    'an order, to cancelled without a reason',
    `update customer_order set status = 'CANCELLED' where id = '${ORDER}'`,
    '23514',
  ],
])('the subgraph’s own role cannot change %s', async (_what, statement, code) => {
  await expect(world.runAsRuntime(statement)).rejects.toMatchObject({ code });
});

function entities(
  representations: readonly unknown[],
  selection: string,
  as: Principal = principalWith('auditor'),
): Promise<Answer> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  return world.ask(query, { as, variables: { representations } });
}

function mayBuy(creditAvailable: unknown): Promise<Answer> {
  const representation = { __typename: 'Customer', id: ADA, creditAvailable };
  return entities([representation], '... on Customer { mayBuyOnAccount }');
}
