/**
 * Live updates under load and at their end: a client that reads slowly, a gateway that stops, and what operators see.
 */

import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { WebSocket } from 'ws';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { eventually } from '../kit/eventually.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import type { GatewaySetup } from '../kit/start-gateway.ts';
import { startNews, type NewsGateway } from '../kit/start-news.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';
import { ASKS, SUBSCRIBES } from '../kit/transports.ts';

let issuer: TokenIssuer;
let news: NewsGateway;
beforeAll(async () => {
  issuer = await createTokenIssuer();
});
afterAll(() => issuer.stop());
afterEach(async () => {
  await news.gateway.stop();
});

async function start(config: GatewaySetup['config'] = {}): Promise<void> {
  news = await startNews(issuer, config);
}

/** A client of its own making, which may stop reading. */
async function rawSocket(from = '127.0.0.1'): Promise<WebSocket> {
  const url = `${news.gateway.url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers: { 'x-forwarded-for': from } });
  await once(socket, 'open');
  const acknowledged = new Promise((resolve) => socket.once('message', resolve));
  socket.send('{"type":"connection_init"}');
  await acknowledged;
  return socket;
}

const errorsCounted = async () =>
  (await news.metricsPage())
    .split('\n')
    .filter((line) => line.startsWith('tributary_errors_total{'))
    .toSorted();

const LARGE = 'x'.repeat(200_000);

test.each([
  ['ended', 'end', 1],
  ['given the latest', 'dropOldest', 0],
] as const)(
  'a client that does not read is %s, and no more than allowed waits for it',
  async (_what, whenFull, count) => {
    await start({ subscriptions: { whenFull, maxQueuedEvents: 4 }, metrics: { enabled: true } });
    const socket = await rawSocket();
    socket.send(
      JSON.stringify({
        id: '1',
        type: 'subscribe',
        payload: { query: 'subscription { orderChanged { id } }' },
      }),
    );
    await news.hears(1);
    socket.pause();
    const before = process.memoryUsage();
    const dropped = async () =>
      Number(/events_dropped_total\{transport="websocket"\} (\d+)/.exec(await news.metricsPage())?.[1] ?? 0);
    for (let sent = 0; sent < 150; sent += 1) {
      if (news.events.listening() === 0) break;
      news.events.publish(LARGE);
      await pause(1);
    }
    if (whenFull === 'end') {
      expect(await news.endLine()).toMatchObject({
        reason: 'slow',
        transport: 'websocket',
        errorCodes: ['SUBSCRIPTION_TOO_SLOW'],
      });
      await news.hears(0);
    } else {
      const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
      // 150 events are 30 MB.
      expect(grown).toBeLessThan(15_000_000);
      await dropped();
    }
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString('utf8').slice(0, 200)));
    socket.resume();
    if (whenFull === 'end')
      await eventually(() => messages.some((each) => each.includes('SUBSCRIPTION_TOO_SLOW')), 'the word');
    else {
      await eventually(() => {
        news.events.publish('o1');
        return messages.some((each) => each.includes('"id":"o1"'));
      });
      expect(await dropped()).toBeGreaterThan(0);
    }
    expect(messages.filter((each) => each.includes('"type":"error"'))).toHaveLength(count);
    socket.terminate();
  },
);

test('a gateway that stops sends its clients away, one by one, so that they come back elsewhere', async () => {
  await start({ server: { shutdownGraceMs: 400 } });
  const sockets = await Promise.all([rawSocket(), rawSocket(), rawSocket()]);
  const codes = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
  const body = JSON.stringify({ query: 'subscription { orderChanged { id } }' });
  const stream = await fetch(`${news.gateway.url}/graphql`, { method: 'POST', headers, body });
  await news.hears(1);
  const text = stream.text();
  await news.gateway.stop();
  expect(await Promise.all(codes)).toEqual([1012, 1012, 1012]);
  // Twice, at its beginning and at its end; who hears of no completion comes back.
  expect((await text).match(/^retry: \d+$/gm)).toHaveLength(2);
  expect(await text).not.toContain('complete');
  await start();
});

test('each end is counted and is one line in the log', async () => {
  await start();
  const client = await news.subscribe('sse');
  const first = client.next();
  await news.hears(1);
  news.events.publish('o1');
  await first;
  const page = async () => news.metricsPage();
  expect(await page()).toContain('tributary_subscriptions_running{transport="sse"} 1');
  await client.stop();
  expect(await news.endLine()).toMatchObject({
    transport: 'sse',
    operationName: 'News',
    requestId: expect.any(String),
    durationMs: expect.any(Number),
    reason: 'left',
    delivered: 1,
    dropped: 0,
    errorCodes: [],
  });
  const samples = (await page())
    .split('\n')
    .filter((line) => line.startsWith('tributary_') && !line.endsWith(' 0'));
  expect(samples).toEqual(
    expect.arrayContaining([
      'tributary_subscriptions_ended_total{transport="sse",reason="left"} 1',
      'tributary_events_delivered_total{transport="sse"} 1',
    ]),
  );
});

test.each(['websocket', 'sse', 'sse on a single connection'])(
  'what goes wrong in the answers over %s is counted once, of operations and of subscriptions',
  async (transport) => {
    await start({ subscriptions: { maxAnonymous: 1 } });
    const subscribe = () =>
      SUBSCRIBES[transport]!(news.gateway.url, { query: 'subscription { orderChanged { id } }' });
    const refused = { query: '{ nothing }' };
    await ASKS[transport]!(news.gateway.url, refused);
    const held = subscribe();
    void held.next().catch(() => undefined);
    await news.hears(1);
    const second = subscribe();
    await second.next().catch(() => undefined);
    await second.stop();
    await held.stop();
    await news.endLine();
    expect(await isTrueWithin(async () => (await errorsCounted()).length === 2, PATIENCE_MS)).toBe(true);
    expect(await errorsCounted()).toEqual([
      'tributary_errors_total{code="GRAPHQL_VALIDATION_FAILED",owner="client"} 1',
      'tributary_errors_total{code="OVERLOADED",owner="us"} 1',
    ]);
  },
);

test.each(Object.keys(SUBSCRIBES))(
  'what goes wrong in an event over %s is counted when it is told, and not again at the end',
  async (transport) => {
    await start();
    const client = await news.subscribe(transport);
    const told = async () => {
      const coming = client.next();
      await news.hears(1);
      news.events.publish(new Error('no'));
      await coming;
      return errorsCounted();
    };
    const sample = 'tributary_errors_total{code="SUBGRAPH_FAILED",owner="shop"}';
    expect(await told()).toEqual([`${sample} 1`]);
    expect(await told()).toEqual([`${sample} 2`]);
    await client.stop();
    expect(await news.endLine()).toMatchObject({
      errors: [{ code: 'SUBGRAPH_FAILED', owner: 'shop', count: 2 }],
    });
    const isRequest = transport === 'sse' || transport === 'multipart';
    const isEnded = async () => /^tributary_requests_total\{type="sub/m.test(await news.metricsPage());
    expect(!isRequest || (await isTrueWithin(isEnded, PATIENCE_MS))).toBe(true);
    expect(await errorsCounted()).toEqual([`${sample} 2`]);
  },
);

test('so many subscriptions of one principal, of all without a token, and of all', async () => {
  await start({ subscriptions: { maxPerPrincipal: 1, maxAnonymous: 1, maxSubscriptions: 2 } });
  const subscribe = (transport: keyof typeof SUBSCRIBES, token?: string) =>
    SUBSCRIBES[transport]!(news.gateway.url, { query: 'subscription { orderChanged { id } }', token });
  const refusalOf = async (token?: string) => {
    const client = subscribe('sse', token);
    const answer = await client.next();
    await client.stop();
    return answer;
  };
  const [anna, berta] = [await issuer.token(), await issuer.token({ sub: 'berta' })];
  const held = subscribe('websocket', anna);
  void held.next().catch(() => undefined);
  await news.hears(1);
  expect(await refusalOf(anna)).toMatchObject({ errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] });
  const nobody = subscribe('websocket');
  void nobody.next().catch(() => undefined);
  await news.hears(2);
  const overloaded = { errors: [{ extensions: { code: 'OVERLOADED', retryAfterMs: expect.any(Number) } }] };
  expect(await refusalOf()).toMatchObject(overloaded);
  expect(await refusalOf(berta)).toMatchObject(overloaded);
  await Promise.all([held.stop(), nobody.stop()]);
});

test.each([
  ['as many connections as all may', { maxConnections: 1 }, 503, 'OVERLOADED'],
  ['as many connections as its address may', { maxConnectionsPerAddress: 1 }, 429, 'RATE_LIMITED'],
])('who has %s is refused another until one is gone', async (_what, subscriptions, status, code) => {
  await start({ subscriptions });
  const first = await rawSocket();
  for (const accept of ['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0']) {
    const headers = { accept, 'content-type': 'application/json' };
    const body = '{"query": "subscription { orderChanged { id } }"}';
    const answer = await fetch(`${news.gateway.url}/graphql`, { method: 'POST', headers, body });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([
      status,
      expect.stringMatching(/^[1-3]$/),
    ]);
    expect(await answer.text()).toContain(`"code":"${code}"`);
  }
  await expect(rawSocket()).rejects.toThrow(String(status));
  first.close();
  const hasRoom = () =>
    rawSocket().then(
      () => true,
      () => false,
    );
  expect(await isTrueWithin(hasRoom, PATIENCE_MS)).toBe(true);
});

test('connections count for the address that trusted proxies name', async () => {
  await start({ subscriptions: { maxConnectionsPerAddress: 1 }, server: { trustedProxies: ['127.0.0.1'] } });
  const held = await Promise.all(['10.0.0.1', '10.0.0.2', '2001:db8::1', '2001:db8:0:1::1'].map(rawSocket));
  await expect(rawSocket('10.0.0.1')).rejects.toThrow('429');
  await expect(rawSocket('2001:db8::2')).rejects.toThrow('429');
  for (const socket of held) socket.close();
});

test.each(Object.keys(ASKS))('a query over %s is one line in the log, like any', async (transport) => {
  await start();
  await ASKS[transport]!(news.gateway.url, { query: 'query Named { customers }' });
  const lines = () => news.gateway.logged().filter(({ operationName }) => operationName === 'Named');
  await eventually(() => lines().length > 0, 'the line');
  expect(lines()).toEqual([expect.objectContaining({ msg: 'request ended', cost: 0, errorCodes: [] })]);
});
