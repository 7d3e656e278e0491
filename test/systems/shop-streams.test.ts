/**
 * What of the shop can be watched, at its subgraph over SSE: what changes comes as it is then, within a second, and to
 * nobody who may not see it.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { readStream, type ReadStream } from '../kit/read-stream.ts';
import { errorAt, startShop, type TestShop } from '../kit/start-shop.ts';
import { principalWith, type Asking } from '../kit/start-subgraph.ts';

const ORDERS = `subscription ($id: ID, $customerId: ID) {
  orderChanged(id: $id, customerId: $customerId) { id status version lines { quantity shippedQuantity } } }`;
const ORDER_IDS = `subscription ($id: ID, $customerId: ID) {
  orderChanged(id: $id, customerId: $customerId) { id } }`;
const STOCK = 'subscription ($ids: [ID!]) { stockChanged(variantIds: $ids) { id stock } }';

let shop: TestShop;
const opened: ReadStream[] = [];

beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  opened.forEach((stream) => stream.close());
  await shop?.stop();
});

type Watching = Pick<Asking, 'as' | 'variables'>;

async function watch(query: string, asking: Watching = {}): Promise<ReadStream> {
  const stream = await readStream(shop, query, asking);
  opened.push(stream);
  return stream;
}

async function place(customerId: string): Promise<string> {
  const { data } = await shop.placeOrder(customerId);
  return data.placeOrder.order.id;
}

const changed = (order: object) => ({ data: { orderChanged: order } });

test('an order comes when it is placed, shipped in part and whole, within a second', async () => {
  const article = await shop.addArticle('WATCHED-1', { onHand: 10 });
  const customer = await shop.customerWith('C-20001', article, 3);
  const stream = await watch(ORDERS, { variables: { customerId: customer } });
  expect([stream.status, stream.contentType]).toEqual([200, 'text/event-stream; charset=utf-8']);
  const delaysMs: number[] = [];
  const nextAfter = async (doneAtMs: number) => {
    const event = await stream.next();
    delaysMs.push(performance.now() - doneAtMs);
    return event;
  };
  const id = await place(customer);
  expect(await nextAfter(performance.now())).toEqual(
    changed({ id, status: 'PLACED', version: 1, lines: [{ quantity: 3, shippedQuantity: 0 }] }),
  );
  await shop.shipOrder({ orderId: id, lines: [{ position: 1, quantity: 1 }] });
  expect(await nextAfter(performance.now())).toEqual(
    changed({ id, status: 'PARTIALLY_SHIPPED', version: 2, lines: [{ quantity: 3, shippedQuantity: 1 }] }),
  );
  await shop.shipOrder({ orderId: id });
  expect(await nextAfter(performance.now())).toEqual(
    changed({ id, status: 'SHIPPED', version: 3, lines: [{ quantity: 3, shippedQuantity: 3 }] }),
  );
  // A busy machine may delay any one of them.
  expect(Math.min(...delaysMs)).toBeLessThan(1_000);
});

test('an order comes when it is cancelled, and when accounting has billed it and been paid', async () => {
  const article = await shop.addArticle('WATCHED-2', { onHand: 10 });
  const customerId = await shop.customerWith('C-20002', article, 1);
  const stream = await watch(
    'subscription ($customerId: ID) { orderChanged(customerId: $customerId) { status } }',
    {
      variables: { customerId },
    },
  );
  const id = await place(customerId);
  expect(await stream.next()).toEqual(changed({ status: 'PLACED' }));
  const invoice = globalIdOf('Invoice', 'of C-20002');
  await shop.runAsRuntime(`insert into invoice_copy values ('${invoice}', 'R-1', '${id}', false, false)`);
  expect(await stream.next()).toEqual(changed({ status: 'PLACED' }));
  await shop.runAsRuntime(`update invoice_copy set is_paid = true where invoice_id = '${invoice}'`);
  expect(await stream.next()).toEqual(changed({ status: 'PLACED' }));
  await shop.cancelOrder(id, { expectedVersion: 1 });
  expect(await stream.next()).toEqual(changed({ status: 'CANCELLED' }));
});

test('stock comes to whoever watches the article, also without a token, and only of that article', async () => {
  const watched = await shop.addArticle('WATCHED-3', { onHand: 10 });
  const other = await shop.addArticle('WATCHED-4', { onHand: 10 });
  const stream = await watch(STOCK, { as: 'nobody', variables: { ids: [watched] } });
  await shop.customerWith('C-20003', other, 1).then(place);
  await shop.customerWith('C-20004', watched, 4).then(place);
  expect(await stream.next()).toEqual({ data: { stockChanged: { id: watched, stock: 6 } } });
});

test('a customer hears of their own orders, and of none of another, by whatever name', async () => {
  const alone = await startShop();
  const article = await alone.addArticle('WATCHED-5', { onHand: 10 });
  const own = await alone.customerWith('C-20005', article, 1);
  const other = await alone.customerWith('C-20006', article, 1);
  const foreign = (await alone.placeOrder(other)).data.placeOrder.order.id;
  const missing = globalIdOf('Order', 'nobody has it');
  const named = [{}, { id: foreign }, { id: missing }, { customerId: other }];
  const as = principalWith('customer', own);
  const streams = await Promise.all(
    named.map((variables) => readStream(alone, ORDER_IDS, { as, variables })),
  );
  const colleague = await readStream(alone, ORDER_IDS, { variables: { id: foreign } });
  await alone.cancelOrder(foreign, { expectedVersion: 1 });
  const ownOrder = (await alone.placeOrder(own)).data.placeOrder.order.id;
  expect(await streams[0]?.next()).toEqual(changed({ id: ownOrder }));
  expect(await colleague.next()).toEqual(changed({ id: foreign }));
  // What is pending is told before the end.
  await alone.stop();
  expect(await Promise.all(streams.map((stream) => stream.rest()))).toEqual(named.map(() => ['complete']));
});

const REFUSED_OPENINGS: readonly (readonly [
  what: string,
  query: string,
  asking: Watching,
  error: unknown,
])[] = [
  [
    'who may not see orders',
    ORDERS,
    { as: 'nobody' },
    errorAt('orderChanged', 'FORBIDDEN', {
      reason: 'As the orders themselves: colleagues hear of any, customers of their own.',
      details: { field: 'Subscription.orderChanged', rule: 'holds orders:read or sees their own' },
    }),
  ],
  [
    'what is no id',
    ORDERS,
    { variables: { id: 'B-2026-000001' } },
    errorAt('orderChanged', 'BAD_USER_INPUT', { argument: 'id', reason: 'Not the id of a Order.' }),
  ],
  [
    'too many articles',
    STOCK,
    {
      variables: {
        ids: Array.from({ length: 101 }, (_none, index) => globalIdOf('ProductVariant', `${index}`)),
      },
    },
    errorAt('stockChanged', 'BAD_USER_INPUT', { argument: 'variantIds', reason: 'At most 100.' }),
  ],
  [
    'no article at all',
    STOCK,
    { variables: { ids: [] } },
    errorAt('stockChanged', 'BAD_USER_INPUT', {
      argument: 'variantIds',
      reason: 'At least one; leave it out to hear of all.',
    }),
  ],
  [
    'a variable of another type',
    STOCK,
    { variables: { ids: [{}] } },
    {
      message: ERRORS.BAD_USER_INPUT.says,
      extensions: { code: 'BAD_USER_INPUT', reason: expect.stringContaining('$ids') },
    },
  ],
  [
    'a field that there is not',
    'subscription { orderChanged { colour } }',
    {},
    {
      message: ERRORS.GRAPHQL_VALIDATION_FAILED.says,
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', reason: expect.stringContaining('colour') },
    },
  ],
  [
    'what is no GraphQL',
    'subscription {',
    {},
    {
      message: ERRORS.GRAPHQL_PARSE_FAILED.says,
      extensions: { code: 'GRAPHQL_PARSE_FAILED', reason: expect.stringContaining('Syntax') },
    },
  ],
  [
    'a query',
    '{ product(id: "1") { id } }',
    {},
    {
      message: ERRORS.BAD_REQUEST.says,
      extensions: { code: 'BAD_REQUEST', reason: 'Only subscriptions are streamed.' },
    },
  ],
];

test.each(REFUSED_OPENINGS)(
  '%s is one refusal and the end of the stream',
  async (_what, query, asking, error) => {
    const stream = await watch(query, asking);
    expect(stream.status).toBe(200);
    expect(await stream.rest()).toEqual([{ data: null, errors: [error] }, 'complete']);
  },
);

test('a subscription that is sent as an ordinary call is told where it is answered', async () => {
  const reason = 'Subscriptions are answered as event streams: accept text/event-stream, or use a WebSocket.';
  expect(await shop.ask('subscription { stockChanged { id } }')).toEqual({
    data: { stockChanged: null },
    errors: [errorAt('stockChanged', 'BAD_REQUEST', { reason })],
  });
});
