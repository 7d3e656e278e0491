/**
 * What goes wrong with live updates is told to whom it concerns and to nobody else: the client of that operation, one
 * line in the log, the metrics.
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { jest } from '@jest/globals';
import { WebSocket } from 'ws';

import { eventually } from '../kit/eventually.ts';
import { requestError } from '../kit/expected-error.ts';
import { behaving, sendJson } from '../kit/fake-subgraph.ts';
import type { FakeEvents } from '../kit/fake-events.ts';
import { newsAccounting, newsCrm, orderNews, type OrderNews } from '../kit/order-news.ts';
import { postOf, startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';
import { AUDIENCE, createTokenIssuer, ISSUER } from '../kit/token-issuer.ts';

const QUERY = 'subscription { orderChanged { id customer { name } } }';

let gateway: TestGateway;
let news: OrderNews;
/** Until then it does not answer. */
let crmWaits: Promise<unknown> | undefined;

afterEach(() => gateway.stop());

/** `stream` answers for the shop in place of its event streams. */
async function start(
  config: GatewaySetup['config'] = {},
  stream?: (streams: number, ...call: Parameters<FakeEvents['stream']>) => unknown,
): Promise<void> {
  news = orderNews();
  let streams = 0;
  const instead: FakeEvents['stream'] = async (...call) => {
    await stream?.((streams += 1), ...call);
  };
  const shop =
    stream === undefined ? news.shop : { ...news.shop, events: { ...news.events, stream: instead } };
  crmWaits = undefined;
  const crm = behaving(newsCrm, async (answer, response) => {
    await crmWaits;
    sendJson(response, await answer());
  });
  gateway = await startGateway({ subgraphs: [shop, crm, newsAccounting], config });
}

interface Opened {
  readonly socket: WebSocket;
  readonly messages: Record<string, unknown>[];
  readonly say: (message: object) => void;
  readonly subscribe: (id: string, query?: string) => void;
  /** Code and reason, once it is. */
  readonly closedWith: () => readonly unknown[];
}

/** A client that names its operations itself. */
async function open(payload: object = {}): Promise<Opened> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const messages: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString('utf8'))));
  let closed: readonly unknown[] = [];
  socket.on('close', (code, reason) => (closed = [code, reason.toString()]));
  await new Promise((resolve) => socket.once('open', resolve));
  const say = (message: object) => socket.send(JSON.stringify(message));
  say({ type: 'connection_init', payload });
  await eventually(() => messages.length === 1 || socket.readyState === WebSocket.CLOSED, 'the greeting');
  messages.length = 0;
  const subscribe = (id: string, query = QUERY) => say({ id, type: 'subscribe', payload: { query } });
  return { socket, messages, say, subscribe, closedWith: () => closed };
}

const linesOf = (...sentences: readonly string[]) =>
  gateway.logged().filter(({ msg }) => typeof msg === 'string' && sentences.includes(msg));
const errorsCounted = async () =>
  (await (await fetch(`${gateway.url}/metrics`)).text())
    .split('\n')
    .filter((line) => line.startsWith('tributary_errors_total{'));
const hears = (count: number) => eventually(() => news.events.listening() === count, `${count} streams`);

test('an id that is used again is the new operation’s, also where the old one had all but ended by itself', async () => {
  await start();
  const client = await open();
  client.subscribe('1');
  await hears(1);
  const held = Promise.withResolvers<undefined>();
  crmWaits = held.promise;
  const calls = () => gateway.subgraphs.get('crm')!.received.length;
  news.events.publish('o1');
  await eventually(() => calls() === 1, 'the call for the first event');
  news.events.complete();
  await hears(0);
  // Whatever was sent before it has been heard.
  client.subscribe('2', '{ order(id: "o3") { id } }');
  await eventually(() => client.messages.some(({ type }) => type === 'complete'), 'the query');
  client.messages.length = 0;
  client.say({ id: '1', type: 'complete' });
  client.subscribe('1');
  await hears(1);
  crmWaits = undefined;
  held.resolve(undefined);
  news.events.publish('o2');
  await eventually(() => client.messages.length > 0, 'the event');
  const payload = { data: { orderChanged: { id: 'o2', customer: { name: 'Customer 2' } } } };
  expect(client.messages).toEqual([{ id: '1', type: 'next', payload }]);
  client.socket.terminate();
  await hears(0);
  const ends = () => linesOf('subscription ended');
  await eventually(() => ends().length === 2, 'both ends');
  expect(ends().map(({ reason }) => reason)).toEqual(['left', 'left']);
});

test('an operation that is one too many of its connection is a line in the log, and counted', async () => {
  await start({ subscriptions: { maxPerConnection: 1 } });
  const client = await open();
  client.subscribe('1');
  client.subscribe('2');
  await eventually(() => linesOf('request ended').length === 1, 'the line');
  expect(linesOf('request ended')).toEqual([
    expect.objectContaining({ transport: 'websocket', errorCodes: ['LIMIT_EXCEEDED'] }),
  ]);
  expect(await errorsCounted()).toEqual(['tributary_errors_total{code="LIMIT_EXCEEDED",owner="client"} 1']);
  client.socket.terminate();
});

test('who cannot be known because the issuer has no keys to give is asked to come again, and the log says why', async () => {
  const issuer = await createTokenIssuer();
  const keys = createServer((_request, response) => response.writeHead(500).end()).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  // Reason for the cast: a TCP server that listens has an address and a port.
  const jwksUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`;
  await start({ identity: { issuers: [{ issuer: ISSUER, audience: AUDIENCE, jwksUrl }] } });
  const token = await issuer.token();
  const client = await open({ authorization: `Bearer ${token}` });
  const { status, headers, body } = await gateway.send('/graphql', postOf('{ __typename }', { token }));
  issuer.stop();
  keys.close();
  expect(client.messages).toEqual([]);
  expect(client.closedWith()).toEqual([1013, 'IDENTITY_UNAVAILABLE']);
  const refusal = requestError('IDENTITY_UNAVAILABLE', { retryAfterMs: 1_000 });
  expect([status, headers.get('retry-after'), body]).toEqual([503, '1', { errors: [refusal] }]);
  const fault = linesOf('token could not be checked', 'token refused');
  expect(fault).toMatchObject([{ level: 'error', cause: expect.stringContaining('the status 500') }]);
  expect(await errorsCounted()).toEqual(['tributary_errors_total{code="IDENTITY_UNAVAILABLE",owner="us"} 2']);
});

test.each(['sse', 'websocket'] as const)(
  'who leaves while a stream is opened over %s leaves no warning and no connection to the subgraph',
  async (protocol) => {
    await start({ subgraphs: { overrides: { shop: { subscriptions: { protocol } } } } });
    const client = await open();
    client.subscribe('1');
    client.say({ id: '1', type: 'complete' });
    await eventually(() => linesOf('subscription ended').length === 1, 'the end');
    client.subscribe('2', '{ order(id: "o3") { id } }');
    await eventually(() => linesOf('request ended').length === 1, 'the query');
    await eventually(() => news.events.sockets.size === 0 && news.events.listening() === 0, 'no stream');
    expect(gateway.logged().filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    client.socket.terminate();
  },
);

test('what is no event is told in the log, with what was wrong and whose it is', async () => {
  await start({}, (_streams, _schema, _call, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: next\ndata: {oops\n\n');
  });
  const client = await open();
  client.subscribe('1');
  await eventually(() => linesOf('subscription ended').length === 1, 'the end');
  expect(linesOf('event stream broke', 'subscription ended')).toMatchObject([
    { level: 'warn', subgraph: 'shop', cause: 'Error: an event with a body that is not a JSON object' },
    { reason: 'source', errors: [{ code: 'SUBGRAPH_RESPONSE_INVALID', owner: 'shop', count: 1 }] },
  ]);
  client.socket.terminate();
});

test.each([429, 503])(
  'a subgraph that answers %i in JSON where a stream was to be opened again is asked once more later',
  async (status) => {
    const retries = { max: 0 };
    await start({ subgraphs: { defaults: { retries } } }, (streams, schema, call, response) => {
      if (streams !== 2) return news.events.stream(schema, call, response);
      const headers = { 'content-type': 'application/json' };
      return response.writeHead(status, headers).end('{"errors":[{"message":"not now"}]}');
    });
    const client = await open();
    client.subscribe('1');
    await hears(1);
    news.events.cutAll();
    await hears(0);
    await hears(1);
    news.events.publish('o1');
    await eventually(() => client.messages.length > 0, 'the event');
    expect(client.messages).toMatchObject([{ id: '1', payload: { extensions: { resumed: true } } }]);
    expect(client.messages).toMatchObject([{ payload: { data: { orderChanged: { id: 'o1' } } } }]);
    expect(linesOf('event stream broke', 'event stream was not opened')).toMatchObject([
      { level: 'info', subgraph: 'shop' },
      { level: 'warn', subgraph: 'shop', code: 'SUBGRAPH_UNAVAILABLE' },
    ]);
    client.socket.terminate();
  },
);

test('a gateway that stops answers what runs on a WebSocket before it sends its client away', async () => {
  await start({ server: { shutdownGraceMs: 20_000 } });
  const client = await open();
  client.subscribe('1');
  await hears(1);
  const held = Promise.withResolvers<undefined>();
  crmWaits = held.promise;
  client.subscribe('2', 'mutation { ship(id: "o3") { customer { name } } }');
  await eventually(() => gateway.subgraphs.get('crm')!.received.length === 1, 'the call');
  const closed = once(client.socket, 'close');
  const random = jest.spyOn(Math, 'random').mockReturnValue(0);
  const stopped = gateway.stop();
  // Sent away at once, it would be gone by then.
  await pause(300);
  random.mockRestore();
  held.resolve(undefined);
  expect((await closed)[0]).toBe(1012);
  expect(client.messages).toEqual([
    { id: '2', type: 'next', payload: { data: { ship: { customer: { name: 'Customer 3' } } } } },
    { id: '2', type: 'complete' },
  ]);
  await stopped;
  await start();
});
