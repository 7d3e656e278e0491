/**
 * Changes reach every process of a system, and none is missed when the connection that hears of them breaks. Over real
 * PostgreSQL, with the connection ended from outside.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';

import { ERRORS } from '../../schema/contract/errors.ts';
import { shop as definition } from '../../subgraphs/shop/subgraph.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { readStream, type ReadStream } from '../kit/read-stream.ts';
import { startShop, type TestShop } from '../kit/start-shop.ts';
import { startSubgraph, type TestSubgraph } from '../kit/start-subgraph.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const ORDERS = 'subscription { orderChanged { id status } }';

let shop: TestShop;
/** Another process of the same system, as far as the database can tell. */
let second: TestSubgraph;
/** Asks about connections as the role whose they are. */
let observer: pg.Client;
/** Was there before nobody else got in. */
let owner: pg.Client;
let article: string;

beforeAll(async () => {
  shop = await startShop();
  second = await startSubgraph(definition, shop.databaseUrls.runtime);
  observer = new pg.Client({ connectionString: shop.databaseUrls.runtime });
  await observer.connect();
  owner = new pg.Client({ connectionString: shop.databaseUrls.owner });
  await owner.connect();
  article = await shop.addArticle('HEARD', { onHand: 1_000 });
});
afterAll(async () => {
  await observer?.end();
  await owner?.end();
  await second?.stop();
  await shop?.stop();
});

const LISTENERS = `select pid from pg_stat_activity
  where datname = current_database() and application_name = 'test-changes'`;

async function order(customerId: string): Promise<string> {
  return (await shop.placeOrder(customerId)).data.placeOrder.order.id;
}

async function sell(customer: string): Promise<string> {
  return order(await shop.customerWith(customer, article, 1));
}

async function listeners(): Promise<number> {
  return (await observer.query(LISTENERS)).rows.length;
}

/** Nobody new gets in until it is opened again; who is in stays. */
async function connections(limit: number): Promise<void> {
  const { pathname } = new URL(shop.databaseUrls.owner);
  await owner.query(`alter database "${pathname.slice(1)}" connection limit ${limit}`);
}

const placed = (id: string) => ({ data: { orderChanged: { id, status: 'PLACED' } } });

async function eachHears(streams: readonly ReadStream[], id: string): Promise<void> {
  for (const stream of streams) expect(await stream.next()).toEqual(placed(id));
}

test('a change is heard in every process, over one connection in each however many listen', async () => {
  const streams = await Promise.all([shop, shop, second, second].map((each) => readStream(each, ORDERS)));
  expect(await listeners()).toBe(2);
  await eachHears(streams, await sell('C-50001'));
  streams.forEach((stream) => stream.close());
});

test('what is changed while the connection is away is told when it is back, as it is then', async () => {
  const streams = await Promise.all([shop, second].map((each) => readStream(each, ORDERS)));
  const before = await sell('C-50002');
  await eachHears(streams, before);
  const waiting = await shop.customerWith('C-50003', article, 1);
  await connections(0);
  await observer.query(`select pg_terminate_backend(pid) from (${LISTENERS}) as listening`);
  expect(await isTrueWithin(async () => (await listeners()) === 0, PATIENCE_MS)).toBe(true);
  const missed = await order(waiting);
  await shop.cancelOrder(before, { expectedVersion: 1 });
  await connections(-1);
  for (const stream of streams) {
    // What was heard shortly before may come again.
    const standing = new Map<string, string>();
    while (standing.get(before) !== 'CANCELLED' || !standing.has(missed)) {
      const { id, status } = (await stream.next()).data.orderChanged;
      standing.set(id, status);
    }
    expect(standing.get(missed)).toBe('PLACED');
  }
  // And it goes on.
  const after = await sell('C-50004');
  for (const stream of streams) while ((await stream.next()).data.orderChanged.id !== after);
  streams.forEach((stream) => stream.close());
});

test('where the database cannot be reached a stream is refused, and later it is opened', async () => {
  const third = await startSubgraph(definition, shop.databaseUrls.runtime);
  await connections(0);
  const refused = await readStream(third, ORDERS);
  expect(await refused.rest()).toEqual([
    {
      data: null,
      errors: [
        {
          message: ERRORS.SYSTEM_UNAVAILABLE.says,
          locations: expect.any(Array),
          path: ['orderChanged'],
          extensions: { code: 'SYSTEM_UNAVAILABLE' },
        },
      ],
    },
    'complete',
  ]);
  await connections(-1);
  const opens = async () => {
    const stream = await readStream(third, 'subscription { stockChanged { stock } }');
    await shop.runAsOwner(`update product_variant set on_hand = on_hand + 1 where id = '${article}'`);
    const first = await stream.next();
    stream.close();
    return first.errors === undefined;
  };
  expect(await isTrueWithin(opens, PATIENCE_MS)).toBe(true);
  await third.stop();
});

test('the runtime role can make no change that there was not, and what is no change is not heard', async () => {
  await expect(observer.query(`select record_change('Order', 'ord_1', null)`)).rejects.toThrow(
    'permission denied',
  );
  await expect(observer.query(`delete from last_change`)).rejects.toThrow('permission denied');
  await expect(
    observer.query(`insert into last_change values ('Order', 'o', null, pg_current_xact_id())`),
  ).rejects.toThrow('permission denied');
  const stream = await readStream(shop, ORDERS);
  for (const nonsense of ['', 'Order', 'Dragon 1', 'Order a b c', 'Order ord_nobody'])
    await observer.query(`select pg_notify('changes', $1)`, [nonsense]);
  await eachHears([stream], await sell('C-50005'));
  stream.close();
});
