/**
 * The lists of the shop: paged, ordered, narrowed, searched, and what they refuse.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ADA, DESK, LAMP, ORDER, STRANGER } from '../kit/small-shop.ts';
import { errorAt, startShop, type TestShop } from '../kit/start-shop.ts';

let world: TestShop;

beforeAll(async () => {
  world = await startShop();
});

afterAll(async () => {
  await world?.stop();
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
        (await world.ask(query, { variables: { first, after, orderBy } })).data[list];
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
  const answer = await world.ask(`{ found: ${selection} { totalCount nodes { name } } }`);
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
  expect(await world.ask(`{ ${selection} }`)).toEqual({
    data: { [field]: null },
    errors: [errorAt(field, 'BAD_USER_INPUT', { argument, reason: expect.any(String) })],
  });
});

function cursor(order: string, value: string): string {
  return Buffer.from(JSON.stringify([order, value, 'b'])).toString('base64url');
}

async function numbersOf(selection: string): Promise<readonly string[]> {
  const answer = await world.ask(`{ orders(${selection}) { nodes { number } } }`);
  return answer.data.orders.nodes.map((node: { number: string }) => node.number);
}
