/**
 * Streams cost a bounded amount: many quick changes are few events, a reader that falls behind is told so and let go,
 * one that reads nothing is cut off, and no more are open than may be.
 */

import { afterEach, expect, test } from '@jest/globals';
import { pino } from 'pino';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { StreamSettings } from '../../subgraphs/kit/streams/serve-streams.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { readStream } from '../kit/read-stream.ts';
import { POUF } from '../kit/small-shop.ts';
import { startShop, type TestShop } from '../kit/start-shop.ts';
import { openReadySocket, subscribeMessage } from '../kit/stream-socket.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const STOCK = 'subscription { stockChanged { stock } }';
/** A megabyte for each event. */
const MUCH = 'subscription { stockChanged { id product { description } } }';

let shop: TestShop;
let lines: Record<string, unknown>[];

async function start(streams: StreamSettings): Promise<void> {
  lines = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  shop = await startShop({ log, streams });
}

afterEach(() => shop?.stop());

const closings = () => lines.filter(({ msg }) => msg === 'a stream was closed');
const tooMany = (maximum: number) => ({
  message: ERRORS.TOO_MANY_SUBSCRIPTIONS.says,
  extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', details: { maximum } },
});

/** Articles of a product with a very long description; all of them change, one after another. */
async function changeMuch(count: number): Promise<void> {
  await shop.runAsOwner(`update product set description = repeat('x', 1000000) where id = '${POUF}'`);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push(await shop.addArticle(`MUCH-${index}`, { onHand: 1 }));
  const last = await readStream(
    shop,
    'subscription ($ids: [ID!]) { stockChanged(variantIds: $ids) { stock } }',
    { variables: { ids: ids.slice(-1) } },
  );
  for (const id of ids) await shop.runAsOwner(`update product_variant set on_hand = 2 where id = '${id}'`);
  // Changes are heard in their order: when this one was, all were.
  await last.next();
  last.close();
}

test('many quick changes of one article come as few events, and the last one is how it is now', async () => {
  await start({});
  const article = await shop.addArticle('QUICK', { onHand: 100 });
  const stream = await readStream(shop, STOCK);
  const one = `update product_variant set on_hand = on_hand - 1 where id = '${article}';`;
  await shop.runAsOwner(`begin; ${one.repeat(50)} commit`);
  await shop.runAsOwner(`update product_variant set on_hand = 7 where id = '${article}'`);
  const heard: number[] = [];
  while (heard.at(-1) !== 7) heard.push((await stream.next()).data.stockChanged.stock);
  // All of one transaction are one, and what changed again before it was read is not told twice.
  expect([[50, 7], [7], [7, 7]]).toContainEqual(heard);
  stream.close();
});

test('a reader that falls behind is told so, and its stream ends', async () => {
  await start({ mostPending: 10 });
  const slow = await readStream(shop, MUCH);
  await changeMuch(50);
  const all = await slow.rest();
  expect(all.slice(-2)).toEqual([
    {
      data: null,
      errors: [
        {
          message: ERRORS.SUBSCRIPTION_TOO_SLOW.says,
          extensions: { code: 'SUBSCRIPTION_TOO_SLOW', details: { maximum: 10 } },
        },
      ],
    },
    'complete',
  ]);
  expect(all.length).toBeLessThan(50);
  expect(await isTrueWithin(async () => closings().length === 2, PATIENCE_MS)).toBe(true);
  expect(closings()).toContainEqual(
    expect.objectContaining({ because: 'it failed', code: 'SUBSCRIPTION_TOO_SLOW', field: 'stockChanged' }),
  );
});

test('a reader that takes nothing at all is cut off, and its place is free again', async () => {
  await start({ mostStreams: 2, times: { stallMs: 300 } });
  const asleep = await readStream(shop, MUCH);
  await changeMuch(30);
  expect(await isTrueWithin(async () => closings().length === 2, PATIENCE_MS)).toBe(true);
  expect(closings()).toContainEqual(
    expect.objectContaining({ because: 'the reader is gone', field: 'stockChanged', transport: 'sse' }),
  );
  asleep.close();
});

test('no more are open than may be, over both transports together, and one that ends makes room', async () => {
  await start({ mostStreams: 2 });
  const first = await readStream(shop, STOCK);
  const socket = await openReadySocket(shop.url);
  socket.send(await subscribeMessage(shop.prove, { id: '1', query: STOCK }));
  socket.send(await subscribeMessage(shop.prove, { id: '2', query: STOCK }));
  const payload = { data: null, errors: [tooMany(2)] };
  expect(await socket.next()).toEqual({ id: '2', type: 'next', payload });
  expect(await socket.next()).toEqual({ id: '2', type: 'complete' });
  const third = await readStream(shop, STOCK);
  expect(await third.rest()).toEqual([payload, 'complete']);
  first.close();
  expect(await isTrueWithin(async () => closings().length === 1, PATIENCE_MS)).toBe(true);
  const fourth = await readStream(shop, STOCK);
  const article = await shop.addArticle('ROOM', { onHand: 1 });
  await shop.runAsOwner(`update product_variant set on_hand = 2 where id = '${article}'`);
  expect(await fourth.next()).toEqual({ data: { stockChanged: { stock: 2 } } });
  fourth.close();
  socket.close();
});
