/**
 * What the shop owns, read over real PostgreSQL as the gateway asks.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { shop } from '../../subgraphs/shop/subgraph.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import {
  ADA,
  BEN,
  BENS_CART,
  CLARA,
  DESK,
  DESK_120,
  DESK_160,
  fillShop,
  LAMP,
  LAMP_BLACK,
  ORDER,
  orderIdOf,
  SHIPMENT,
  STRANGER,
} from '../kit/small-shop.ts';
import { principalWith, startSubgraph, type TestSubgraph } from '../kit/start-subgraph.ts';

let database: TestDatabase;
let subgraph: TestSubgraph;

beforeAll(async () => {
  database = await freshDatabase('shop', 'empty');
  await fillShop(database.owner);
  subgraph = await startSubgraph(shop, database.runtime);
});

afterAll(async () => {
  await subgraph?.stop();
  await database?.drop();
});

test('the catalogue is open to everybody, with price and stock', async () => {
  const answer = await subgraph.ask(
    `{ productBySlug(slug: "oak-desk") { id slug name description category createdAt
        variants { id sku name price { amount currency } stock product { id } } }
      product(id: "${LAMP}") { name }
      productVariant(id: "${DESK_160}") { sku }
      productVariantBySku(sku: "DESK-LAMP-BLACK") { id stock } }`,
    { as: 'nobody' },
  );
  expect(answer).toEqual({
    data: {
      productBySlug: {
        id: DESK,
        slug: 'oak-desk',
        name: 'Oak desk',
        description: 'A plain desk.',
        category: 'Desks',
        createdAt: '2025-03-31T14:05:00.123Z',
        variants: [
          {
            id: DESK_120,
            sku: 'OAK-DESK-120',
            name: 'Oak desk, 120 cm',
            price: { amount: '999.90', currency: 'EUR' },
            stock: 5,
            product: { id: DESK },
          },
          {
            id: DESK_160,
            sku: 'OAK-DESK-160',
            name: 'Oak desk, 160 cm',
            price: { amount: '1299.90', currency: 'EUR' },
            stock: 10,
            product: { id: DESK },
          },
        ],
      },
      product: { name: 'Desk lamp' },
      productVariant: { sku: 'OAK-DESK-160' },
      productVariantBySku: { id: LAMP_BLACK, stock: 97 },
    },
  });
});

test('an order answers with its lines, parcels and address', async () => {
  const answer = await subgraph.ask(
    `{ orderByNumber(number: "B-2025-000002") { id number status placedAt total { amount currency } customer { id }
        lines { position sku name quantity shippedQuantity unitPrice { amount } total { amount } variant { id name } }
        shippingAddress { street postalCode city country } cancellationReason version updatedAt
        shipments { id carrier trackingNumber shippedAt order { number } lines { position quantity variant { sku } } } } }`,
  );
  expect(answer).toEqual({
    data: {
      orderByNumber: {
        id: orderIdOf(2),
        number: 'B-2025-000002',
        status: 'PARTIALLY_SHIPPED',
        placedAt: '2025-03-31T14:05:00.123Z',
        total: { amount: '39.98', currency: 'EUR' },
        customer: { id: ADA },
        lines: [
          {
            position: 1,
            sku: 'DESK-LAMP-BLACK',
            name: 'Lamp',
            quantity: 2,
            shippedQuantity: 1,
            unitPrice: { amount: '19.99' },
            total: { amount: '39.98' },
            variant: { id: LAMP_BLACK, name: 'Desk lamp, black' },
          },
        ],
        shippingAddress: { street: 'Lange Straße 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
        cancellationReason: null,
        version: 1,
        updatedAt: '2025-03-31T14:05:00.123Z',
        shipments: [
          {
            id: SHIPMENT,
            carrier: 'DHL',
            trackingNumber: '123',
            shippedAt: '2025-04-02T08:00:00.000Z',
            order: { number: 'B-2025-000002' },
            lines: [{ position: 1, quantity: 1, variant: { sku: 'DESK-LAMP-BLACK' } }],
          },
        ],
      },
    },
  });
});

test('a cart lists what was put there first, at the prices of now', async () => {
  const answer = await subgraph.ask(
    `{ cart(id: "${BENS_CART}") { customer { id } lines { quantity variant { sku } } total { amount currency } updatedAt } }`,
  );
  expect(answer).toEqual({
    data: {
      cart: {
        customer: { id: BEN },
        lines: [
          { quantity: 1, variant: { sku: 'OAK-DESK-120' } },
          { quantity: 3, variant: { sku: 'DESK-LAMP-BLACK' } },
        ],
        total: { amount: '1059.87', currency: 'EUR' },
        updatedAt: '2025-03-31T14:05:00.123Z',
      },
    },
  });
});

test.each([
  ['products', 'ProductOrder', ['NAME', 'CREATED_AT'], 3],
  ['orders', 'OrderOrder', ['PLACED_AT', 'NUMBER', 'TOTAL'], 5],
])(
  'pages of %s follow one another without gap or repetition, in every order',
  async (list, type, fields, count) => {
    const query = `query ($first: Int!, $after: String, $orderBy: ${type}!) {
    ${list}(first: $first, after: $after, orderBy: $orderBy) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`;
    for (const orderBy of fields.flatMap((field) =>
      ['ASC', 'DESC'].map((direction) => ({ field, direction })),
    )) {
      const pageAt = async (first: number, after: string | null) =>
        (await subgraph.ask(query, { variables: { first, after, orderBy } })).data[list];
      const whole = await pageAt(100, null);
      const parts: unknown[] = [];
      for (let page = await pageAt(2, null); ; page = await pageAt(2, page.pageInfo.endCursor)) {
        parts.push(...page.nodes);
        if (!page.pageInfo.hasNextPage) break;
      }
      expect(parts).toEqual(whole.nodes);
      expect([parts.length, whole.totalCount]).toEqual([count, count]);
    }
  },
);

test('orders come by what they are ordered by', async () => {
  const numbersBy = (field: string) => numbersOf(`orderBy: { field: ${field}, direction: DESC }`);
  expect(await numbersBy('NUMBER')).toEqual([5, 4, 3, 2, 1].map((count) => `B-2025-00000${count}`));
  expect((await numbersBy('TOTAL'))[0]).toBe('B-2025-000001');
  expect((await numbersBy('PLACED_AT')).slice(0, 3)).toEqual([
    'B-2025-000005',
    'B-2025-000004',
    'B-2025-000003',
  ]);
});

test.each([
  ['filter: { status: SHIPPED }', ['B-2025-000003']],
  [`filter: { customerId: "${ADA}" }`, ['B-2025-000001', 'B-2025-000002']],
  [`filter: { customerId: "${ADA}", status: PLACED }`, ['B-2025-000001']],
  [`filter: { customerId: "${STRANGER}" }`, []],
  ['filter: { placedFrom: "2025-04-01T00:00:00Z" }', ['B-2025-000004', 'B-2025-000005']],
  [
    'filter: { placedFrom: "2025-04-01T00:00:00Z", placedBefore: "2025-05-01T02:00:00+02:00" }',
    ['B-2025-000004'],
  ],
  ['search: "b-2025-000004"', ['B-2025-000004']],
  ['search: "_"', []],
])('orders(%s) narrows the list', async (selection, numbers) => {
  expect(await numbersOf(`orderBy: { field: NUMBER }, ${selection}`)).toEqual(numbers);
});

test.each([
  ['products(filter: { category: "Desks" })', ['Oak desk']],
  ['products(filter: { inStock: true })', ['Desk lamp', 'Oak desk']],
  ['products(filter: { inStock: false })', ['Pouf']],
  ['products(search: "DESK")', ['Desk lamp', 'Oak desk', 'Pouf']],
  ['products(search: "100 %")', ['Desk lamp']],
  ['productVariants(filter: { stockBelow: 6 })', ['Oak desk, 120 cm', 'Pouf, sand']],
  [`productVariants(filter: { productId: "${LAMP}" })`, ['Desk lamp, black', 'Desk lamp, brass']],
  ['productVariants(search: "desk-160")', ['Oak desk, 160 cm']],
])('%s narrows the list', async (selection, names) => {
  const answer = await subgraph.ask(`{ found: ${selection} { totalCount nodes { name } } }`);
  expect(answer).toEqual({
    data: { found: { totalCount: names.length, nodes: names.map((name) => ({ name })) } },
  });
});

test.each([
  ['a page of no rows', 'products(first: 0) { nodes { id } }', 'first'],
  ['a page that is too large', 'productVariants(first: 101) { nodes { id } }', 'first'],
  ['a cursor that was made up', 'orders(after: "abc") { nodes { id } }', 'after'],
  [
    'a cursor of another list',
    `orders(after: "${cursor('products/NAME/ASC', 'a')}") { nodes { id } }`,
    'after',
  ],
  [
    'a forged cursor',
    `orders(after: "${cursor('orders/PLACED_AT/DESC', 'never')}") { nodes { id } }`,
    'after',
  ],
  ['an id of no product', 'product(id: "1") { id }', 'id'],
  ['an id of another type', `productVariant(id: "${DESK}") { id }`, 'id'],
  ['an id of no order', 'order(id: "") { id }', 'id'],
  ['an id of no cart', `cart(id: "${ORDER}") { id }`, 'id'],
  ['an id of no shipment', `shipment(id: "${ORDER}") { id }`, 'id'],
  ['a malformed slug', 'productBySlug(slug: "Oak Desk") { id }', 'slug'],
  ['a malformed SKU', 'productVariantBySku(sku: "oak\\u0000") { id }', 'sku'],
  ['a malformed number', 'orderByNumber(number: "000123") { id }', 'number'],
  ['an empty search', 'products(search: "  ") { nodes { id } }', 'search'],
  ['stock below nothing', 'productVariants(filter: { stockBelow: 0 }) { nodes { id } }', 'filter.stockBelow'],
  ['a malformed product', 'productVariants(filter: { productId: "x" }) { nodes { id } }', 'filter.productId'],
  ['a malformed customer', 'orders(filter: { customerId: "x" }) { nodes { id } }', 'filter.customerId'],
  [
    'a malformed instant',
    'orders(filter: { placedFrom: "2025-03-31" }) { nodes { id } }',
    'filter.placedFrom',
  ],
])('%s is refused by name', async (_what, selection, argument) => {
  const field = selection.slice(0, selection.indexOf('('));
  expect(await subgraph.ask(`{ ${selection} }`)).toEqual({
    data: { [field]: null },
    errors: [
      {
        message: ERRORS.BAD_USER_INPUT.says,
        locations: expect.any(Array),
        path: [field],
        extensions: { code: 'BAD_USER_INPUT', argument, reason: expect.any(String) },
      },
    ],
  });
});

test('what does not exist is null, not an error', async () => {
  const answer = await subgraph.ask(
    `{ product(id: "${globalIdOf('Product', 'no')}") { id } productBySlug(slug: "no") { id }
       productVariant(id: "${globalIdOf('ProductVariant', 'no')}") { id } productVariantBySku(sku: "NO") { id }
       order(id: "${globalIdOf('Order', 'no')}") { id } orderByNumber(number: "B-2025-999999") { id }
       cart(id: "${globalIdOf('Cart', 'no')}") { id } shipment(id: "${globalIdOf('Shipment', 'no')}") { id } }`,
  );
  expect(answer).toEqual({
    data: {
      product: null,
      productBySlug: null,
      productVariant: null,
      productVariantBySku: null,
      order: null,
      orderByNumber: null,
      cart: null,
      shipment: null,
    },
  });
});

test('a customer finds what is theirs, and another’s as little as what does not exist', async () => {
  const query = `{ order(id: "${ORDER}") { number } orderByNumber(number: "B-2025-000003") { number }
    cart(id: "${BENS_CART}") { total { amount } } shipment(id: "${SHIPMENT}") { carrier order { number } } }`;
  expect(await subgraph.ask(query, { as: principalWith('customer', ADA) })).toEqual({
    data: {
      order: { number: 'B-2025-000001' },
      orderByNumber: null,
      cart: null,
      shipment: { carrier: 'DHL', order: { number: 'B-2025-000002' } },
    },
  });
  expect(await subgraph.ask(query, { as: principalWith('customer', CLARA) })).toEqual({
    data: { order: null, orderByNumber: null, cart: null, shipment: null },
  });
});

test('the list of all orders is refused to a customer, with the rule', async () => {
  expect(await subgraph.ask('{ orders { nodes { id } } }', { as: principalWith('customer', ADA) })).toEqual({
    data: { orders: null },
    errors: [
      {
        message: ERRORS.FORBIDDEN.says,
        locations: expect.any(Array),
        path: ['orders'],
        extensions: {
          code: 'FORBIDDEN',
          reason: expect.any(String),
          details: { field: 'Query.orders', rule: 'holds orders:read' },
        },
      },
    ],
  });
});

test('the number of statements depends on the shape of a query, never on the number of rows', async () => {
  const count = async (first: number) => {
    subgraph.takeStatements();
    const answer = await subgraph.ask(
      `{ orders(first: ${first}) { nodes { lines { variant { product { variants { stock } } } } customer { id orders(first: 3) { totalCount nodes { number } } cart { total { amount } lines { variant { name } } } }
          shipments { lines { variant { sku } } order { number } } } } }`,
    );
    expect(answer.errors).toBeUndefined();
    return subgraph.takeStatements().length;
  };
  // The first two orders have no parcel and no cart, and what is not there costs nothing.
  expect([await count(3), await count(5)]).toEqual([13, 13]);
});

function cursor(order: string, value: string): string {
  return Buffer.from(JSON.stringify([order, value, 'b'])).toString('base64url');
}

async function numbersOf(selection: string): Promise<readonly string[]> {
  const answer = await subgraph.ask(`{ orders(${selection}) { nodes { number } } }`);
  return answer.data.orders.nodes.map((node: { number: string }) => node.number);
}
