/**
 * A subgraph over one WebSocket (graphql-transport-ws): several principals side by side, and what is no message of the
 * protocol closes this socket and harms nobody else.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { SOCKET_CLOSE } from '../../schema/contract/event-streams.ts';
import { readStream } from '../kit/read-stream.ts';
import { errorAt, startShop, type TestShop } from '../kit/start-shop.ts';
import { principalWith } from '../kit/start-subgraph.ts';
import { openReadySocket, openSocket, subscribeMessage, type StreamSocket } from '../kit/stream-socket.ts';

const ORDERS = 'subscription { orderChanged { id } }';
const STOCK = 'subscription ($ids: [ID!]) { stockChanged(variantIds: $ids) { stock } }';

let shop: TestShop;
/** Stands through all that other sockets do. */
let bystander: StreamSocket;
let watched: string;

beforeAll(async () => {
  shop = await startShop();
  watched = await shop.addArticle('SOCKET-1', { onHand: 1_000 });
  // From here on changes are heard, so that a later stream is open as soon as it is proven.
  const first = await readStream(shop, ORDERS);
  first.close();
  bystander = await openReadySocket(shop.url);
  const asked = { id: 'stock', query: STOCK, variables: { ids: [watched] } };
  bystander.send(await subscribeMessage(shop.prove, asked));
});
afterAll(async () => {
  bystander?.close();
  await shop?.stop();
});

async function sell(customer: string): Promise<string> {
  const id = await shop.customerWith(customer, watched, 1);
  return (await shop.placeOrder(id)).data.placeOrder.order.id;
}

test('two customers on one socket hear of their own orders, each under the id of the subscription', async () => {
  const [first, second] = [await shop.addCustomer('C-30001'), await shop.addCustomer('C-30002')];
  const socket = await openReadySocket(shop.url);
  for (const [id, customer] of [
    ['1', first],
    ['2', second],
  ] as const)
    socket.send(
      await subscribeMessage(shop.prove, { id, query: ORDERS, as: principalWith('customer', customer) }),
    );
  // Opened after the two, on the same socket, and refused: so the two are open when this is here.
  socket.send(await subscribeMessage(shop.prove, { id: '3', query: ORDERS, as: 'nobody' }));
  expect([await socket.next(), await socket.next()]).toEqual([
    {
      id: '3',
      type: 'next',
      payload: {
        data: null,
        errors: [
          errorAt('orderChanged', 'FORBIDDEN', {
            reason: 'As the orders themselves: colleagues hear of any, customers of their own.',
            details: { field: 'Subscription.orderChanged', rule: 'holds orders:read or sees their own' },
          }),
        ],
      },
    },
    { id: '3', type: 'complete' },
  ]);
  for (const customer of [second, first]) await shop.setCartLine(customer, watched, 1);
  const later = (await shop.placeOrder(second)).data.placeOrder.order.id;
  expect(await socket.next()).toEqual({
    id: '2',
    type: 'next',
    payload: { data: { orderChanged: { id: later } } },
  });
  const earlier = (await shop.placeOrder(first)).data.placeOrder.order.id;
  expect(await socket.next()).toEqual({
    id: '1',
    type: 'next',
    payload: { data: { orderChanged: { id: earlier } } },
  });
  socket.send({ id: '1', type: 'complete' });
  socket.send({ type: 'ping' });
  expect(await socket.next()).toEqual({ type: 'pong' });
  socket.close();
});

const INIT = { type: 'connection_init' };
/** A client's frame with the reserved bits set, masked, empty. */
const NO_FRAME = Buffer.from([0xf1, 0x80, 0, 0, 0, 0]);

const MISTAKES: readonly (readonly [what: string, send: (socket: StreamSocket) => unknown, code: number])[] =
  [
    ['what is no JSON', (socket) => socket.send('{"type":'), SOCKET_CLOSE.MALFORMED],
    ['JSON that is no object', (socket) => socket.send('[]'), SOCKET_CLOSE.MALFORMED],
    ['a message of no type', (socket) => socket.send({ type: 'start', id: '1' }), SOCKET_CLOSE.MALFORMED],
    [
      'a message that only servers send',
      (socket) => socket.send({ type: 'next', id: '1', payload: {} }),
      SOCKET_CLOSE.MALFORMED,
    ],
    [
      'a subscription without a query',
      (socket) => socket.send({ type: 'subscribe', id: '1', payload: {} }),
      SOCKET_CLOSE.MALFORMED,
    ],
    ['a binary message', (socket) => socket.send(Buffer.from('{"type":"ping"}')), SOCKET_CLOSE.MALFORMED],
    ['bytes that are no frame', (socket) => socket.raw().write(NO_FRAME), 1002],
    [
      'more than 64 KiB',
      (socket) => socket.send({ type: 'ping', payload: { text: 'x'.repeat(65_536) } }),
      1009,
    ],
    ['a second connection_init', (socket) => socket.send(INIT), SOCKET_CLOSE.TOO_MANY_INITIALISATIONS],
  ];

test.each(MISTAKES)('%s closes the socket and no other', async (_what, send, code) => {
  const socket = await openReadySocket(shop.url);
  send(socket);
  expect((await socket.closed()).code).toBe(code);
  const { stock } = (await shop.ask(`{ productVariant(id: "${watched}") { stock } }`)).data.productVariant;
  await sell(`C-4${String(MISTAKES.findIndex((mistake) => mistake[1] === send)).padStart(4, '0')}`);
  for (;;) {
    const { payload } = await bystander.next();
    if (payload?.data.stockChanged.stock === stock - 1) break;
  }
});

test('a subscription before the connection_init, and a second one under the same id, close the socket', async () => {
  const message = await subscribeMessage(shop.prove, { id: '1', query: ORDERS });
  const early = await openSocket(shop.url);
  early.send(message);
  expect((await early.closed()).code).toBe(SOCKET_CLOSE.NOT_INITIALISED);
  const twice = await openReadySocket(shop.url);
  twice.send(message);
  twice.send(await subscribeMessage(shop.prove, { id: '1', query: ORDERS }));
  expect((await twice.closed()).code).toBe(SOCKET_CLOSE.SUBSCRIBER_EXISTS);
});

test('another path, or another subprotocol, is no door', async () => {
  await expect(openSocket(shop.url.replace('graphql', 'live'))).rejects.toThrow('400');
  await expect(openSocket(shop.url, { protocol: 'graphql-ws' })).rejects.toThrow('400');
});

test('a socket that proves nothing is closed, and so is one that has nothing left to hear or does not answer', async () => {
  const times = { firstProofWithinMs: 300, unprovenForAtMostMs: 300, keepAliveMs: 100_000 };
  const hasty = await startShop({ streams: { times } });
  const silent = await openReadySocket(hasty.url);
  const finished = await openReadySocket(hasty.url);
  finished.send(await subscribeMessage(hasty.prove, { id: '1', query: ORDERS }));
  expect(await silent.closed()).toEqual({ code: SOCKET_CLOSE.IDLE, reason: 'IDLE' });
  finished.send({ id: '1', type: 'complete' });
  expect((await finished.closed()).code).toBe(SOCKET_CLOSE.IDLE);
  await hasty.stop();

  const lively = await startShop({ streams: { times: { keepAliveMs: 100 } } });
  const [deaf, awake] = [
    await openReadySocket(lively.url, { answersPings: false }),
    await openReadySocket(lively.url),
  ];
  expect((await deaf.closed()).code).toBe(1006);
  awake.send({ type: 'ping' });
  expect(await awake.next()).toEqual({ type: 'pong' });
  awake.close();
  await lively.stop();
});
