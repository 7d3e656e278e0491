/**
 * What a gateway may take for a sign: the answer to a ping says that the subscriptions before it stand.
 */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { pino } from 'pino';
import { WebSocket, WebSocketServer } from 'ws';

import { SocketSession, type SessionOptions } from '../../../../subgraphs/kit/streams/socket-session.ts';
import { principalWith } from '../../../kit/start-subgraph.ts';

const SUBSCRIBE = { id: '1', type: 'subscribe', payload: { query: 'subscription { changed }' } };

let server: WebSocketServer;
let client: WebSocket;
let heard: unknown[];

async function start(open: SessionOptions['open']): Promise<void> {
  server = new WebSocketServer({ port: 0 });
  server.on('connection', (socket) => {
    new SocketSession(socket, {
      log: pino({ enabled: false }),
      times: {},
      prove: () => Promise.resolve({ principal: principalWith('warehouse'), requestId: 'r' }),
      open,
      onProven: () => undefined,
    });
  });
  // Reason for the cast: it listens on a port.
  const { port } = server.address() as AddressInfo;
  client = new WebSocket(`ws://127.0.0.1:${port}`, 'graphql-transport-ws');
  heard = [];
  client.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  await once(client, 'open');
  send({ type: 'connection_init' });
}

const send = (message: object) => client.send(JSON.stringify(message));

/** All that was sent until now was heard, and what is answered at once has come: the frame is answered in turn. */
async function allHeard(): Promise<void> {
  client.ping();
  await once(client, 'pong');
}

afterEach(() => {
  client.terminate();
  server.close();
});

test('a ping is answered when the subscription before it stands, and not before', async () => {
  const open = Promise.withResolvers<AsyncIterable<never>>();
  const asked = Promise.withResolvers<undefined>();
  await start(() => {
    asked.resolve(undefined);
    return open.promise;
  });
  send(SUBSCRIBE);
  send({ type: 'ping' });
  await asked.promise;
  await allHeard();
  expect(heard).toEqual([{ type: 'connection_ack' }]);
  const answered = once(client, 'message');
  open.resolve(nothing());
  await answered;
  expect(heard).toEqual([{ type: 'connection_ack' }, { type: 'pong' }]);
});

test('a ping before a subscription does not wait for it', async () => {
  const asked = Promise.withResolvers<undefined>();
  await start(() => {
    asked.resolve(undefined);
    return new Promise(() => undefined);
  });
  send({ type: 'ping' });
  send(SUBSCRIBE);
  await asked.promise;
  await allHeard();
  expect(heard).toEqual([{ type: 'connection_ack' }, { type: 'pong' }]);
});

async function* nothing(): AsyncGenerator<never, void> {
  await new Promise(() => undefined);
}
