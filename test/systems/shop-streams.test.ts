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

const ORDERS =
  'subscription ($id: ID, $customerId: ID) { orderChanged(id: $id, customerId: $customerId) { id status version lines { quantity shippedQuantity } } }';
const STOCK = 'subscription ($ids: [ID!]) { stockChanged(variantIds: $ids) { id sku stock } }';

let shop: TestShop;
const opened: ReadStream[] = [];

beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  opened.forEach((stream) => stream.close());
  await shop?.stop();
});

async function watch(query: string, asking: Pick<Asking, 'as' | 'variables'> = {}): Promise<ReadStream> {
  const stream = await readStream(shop, query, asking);
  opened.push(stream);
  return stream;
}

async function place(customerId: string): Promise<string> {
  const { data } = await shop.placeOrder(customerId);
  return data.placeOrder.order.id;
}

const changed = (order: object) => ({ data: { orderChanged: order } });

test('an order comes when it is placed, shipped in part and whole, within a second each', async () => {
  const article = await shop.addArticle('WATCHED-1', { onHand: 10 });
  const customer = await shop.customerWith('C-20001', article, 3);
  const stream = await watch(ORDERS, { variables: { customerId: customer } });
  expect([stream.status, stream.contentType]).toEqual([200, 'text/event-stream; charset=utf-8']);
  const begunAtMs = performance.now();
  const id = await place(customer);
  expect(await stream.next()).toEqual(
    changed({ id, status: 'PLACED', version: 1, lines: [{ quantity: 3, shippedQuantity: 0 }] }),
  );
  expect(performance.now() - begunAtMs).toBeLessThan(1_000);
  await shop.shipOrder({ orderId: id, lines: [{ position: 1, quantity: 1 }] });
  expect(await stream.next()).toEqual(
    changed({ id, status: 'PARTIALLY_SHIPPED', version: 2, lines: [{ quantity: 3, shippedQuantity: 1 }] }),
  );
  await shop.shipOrder({ orderId: id });
  expect(await stream.next()).toEqual(
    changed({ id, status: 'SHIPPED', version: 3, lines: [{ quantity: 3, shippedQuantity: 3 }] }),
  );
});
