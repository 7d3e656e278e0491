/**
 * How live updates end, and how they go on: tokens, rights, a new supergraph, a subgraph that breaks or restarts, a
 * client that reads slowly, and a gateway that stops.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { WebSocket } from 'ws';

import { eventually } from '../kit/eventually.ts';
import { NEWS_SDL, orderNews, type OrderNews } from '../kit/order-news.ts';
import { composed, startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';
import { ASKS, SUBSCRIBES, type Question, type Subscribed } from '../kit/transports.ts';

const QUERY = 'subscription News { orderChanged { id margin customer { name email } } }';
const TRANSPORTS = Object.keys(SUBSCRIBES);
const EVENT = { data: { orderChanged: { id: 'o1', margin: 7 } } };

let issuer: TokenIssuer;
let news: OrderNews;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await createTokenIssuer();
});
afterAll(() => issuer.stop());
afterEach(async () => {
  await gateway.stop();
});

async function start(config: GatewaySetup['config'] = {}): Promise<void> {
  news = orderNews();
  const identity = { issuers: [{ ...issuer.config, clockToleranceS: 0 }] };
  const server = { shutdownGraceMs: 300, ...config.server };
  gateway = await startGateway({ subgraphs: news.subgraphs, config: { identity, ...config, server } });
}

async function hears(count: number): Promise<void> {
  await eventually(() => news.events.listening() === count, `${count} streams`);
}

async function subscribe(transport: string, question: Partial<Question> = {}): Promise<Subscribed> {
  const { token = await issuer.token({ scope: 'costs:read' }), ...asked } = question;
  return SUBSCRIBES[transport]!(gateway.url, { query: QUERY, ...asked, token });
}

/** The next answer, or the code and reason by which a socket was closed. */
async function last(next: Promise<unknown>): Promise<unknown> {
  try {
    return await next;
  } catch (error) {
    const { code, reason } = error as { code?: number; reason?: string };
    return code === undefined ? error : [code, reason];
  }
}

/** Publishes as long as it takes. */
async function publishUntil(isEnough: () => boolean, event = 'o1'): Promise<void> {
  await eventually(() => {
    news.events.publish(event);
    return isEnough();
  });
}

const withSdl = (sdl: string) =>
  composed([...gateway.subgraphs.values()].map((each) => (each.name === 'shop' ? { ...each, sdl } : each)));

test.each(TRANSPORTS)(
  'over %s, the end of the token is the end of the stream, and the client is told',
  async (transport) => {
    await start();
    const exp = Math.floor(Date.now() / 1000) + 2;
    const client = await subscribe(transport, { token: await issuer.token({ exp, scope: 'costs:read' }) });
    const first = client.next();
    await hears(1);
    news.events.publish('o1');
    expect(await first).toMatchObject(EVENT);
    const end = await last(client.next());
    const told = { errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'expired' } }] };
    if (transport === 'websocket') expect(end).toEqual([4403, 'UNAUTHENTICATED: expired']);
    else expect([end, await client.next()]).toMatchObject([told, undefined]);
    expect(Date.now()).toBeGreaterThanOrEqual(1000 * exp);
    await hears(0);
    await client.stop();
  },
);

test.each(TRANSPORTS)('over %s, who signed the token is looked at for every event', async (transport) => {
  await start();
  const client = await subscribe(transport);
  const first = client.next();
  await hears(1);
  news.events.publish('o1');
  expect(await first).toMatchObject(EVENT);
  const keys = readFileSync(issuer.jwksFile, 'utf8');
  const other = await createTokenIssuer();
  writeFileSync(issuer.jwksFile, readFileSync(other.jwksFile, 'utf8'));
  let end: unknown;
  const reading = (async () => {
    for (;;) {
      end = await last(client.next());
      if (JSON.stringify(end)?.includes('orderChanged') !== true) return;
    }
  })();
  await publishUntil(() => news.events.listening() === 0);
  await reading;
  writeFileSync(issuer.jwksFile, keys);
  other.stop();
  if (transport === 'websocket') expect(end).toEqual([4403, 'UNAUTHENTICATED: signature']);
  else
    expect(end).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'signature' } }] });
  await client.stop();
});

test.each(TRANSPORTS)(
  'over %s, a field that may not be seen is refused in each event, and the source of events whole',
  async (transport) => {
    await start();
    const token = await issuer.token();
    const client = await subscribe(transport, { token });
    const first = client.next();
    await hears(1);
    news.events.publish('o1');
    expect(await first).toMatchObject({
      data: { orderChanged: { id: 'o1', margin: null } },
      errors: [{ path: ['orderChanged', 'margin'], extensions: { code: 'FORBIDDEN_FIELD' } }],
    });
    await client.stop();
    await hears(0);
    const calls = gateway.subgraphs.get('shop')!.received.length;
    const refused = await ASKS[transport]!(gateway.url, {
      query: 'subscription { secretChanged { id } }',
      token,
    });
    expect(refused).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN_FIELD' } }] });
    expect(gateway.subgraphs.get('shop')!.received.length).toBe(calls);
  },
);

test.each(['websocket', 'sse'])(
  'over %s, a new supergraph takes running subscriptions along, or ends them',
  async (transport) => {
    await start();
    const client = await subscribe(transport);
    const first = client.next();
    await hears(1);
    news.events.publish('o1');
    expect(await first).toMatchObject(EVENT);
    const opened = () =>
      gateway.subgraphs.get('shop')!.received.filter(({ headers }) => headers.accept === 'text/event-stream')
        .length;
    await gateway.replace(withSdl(NEWS_SDL.replace('margin: Int', 'margin: Int spare: Int')));
    await eventually(() => opened() === 2 && news.events.listening() === 1, 'the move');
    const moved = client.next();
    news.events.publish('o2');
    expect(await moved).toEqual({
      data: { orderChanged: { id: 'o2', margin: 7, customer: { name: 'Customer 2', email: null } } },
    });
    const end = last(client.next());
    await gateway.replace(withSdl(NEWS_SDL.replace(/margin: Int @requiresScopes[^}]*/, '')));
    const told = { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } };
    expect(await end).toMatchObject(transport === 'websocket' ? [told] : { errors: [told] });
    await hears(0);
    await client.stop();
  },
);

test('a new supergraph that lets one see less is obeyed from the next event on', async () => {
  await start();
  const client = await subscribe('sse', {
    token: await issuer.token(),
    query: 'subscription { orderChanged { id } }',
  });
  const first = client.next();
  await hears(1);
  news.events.publish('o1');
  await first;
  const end = client.next();
  const root = 'orderChanged(customer: ID): Order';
  await gateway.replace(
    withSdl(NEWS_SDL.replace(root, `${root} @requiresScopes(scopes: [["secrets:read"]])`)),
  );
  expect(await end).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN_FIELD' } }] });
  await hears(0);
  await client.stop();
});

describe.each(['sse', 'websocket'] as const)('from a subgraph over %s', (protocol) => {
  const of = (more: object = {}) => ({
    subgraphs: { overrides: { shop: { subscriptions: { protocol, ...more } } } },
  });

  test('a stream that breaks is opened again, the client stays, and learns that something may be missing', async () => {
    await start(of());
    const client = await subscribe('websocket');
    const first = client.next();
    await hears(1);
    news.events.publish('o1');
    await first;
    const second = client.next();
    news.events.cutAll();
    await hears(0);
    await hears(1);
    news.events.publish('o2');
    expect(await second).toMatchObject({
      data: { orderChanged: { id: 'o2' } },
      extensions: { resumed: true },
    });
    const page = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(page).toContain('tributary_subgraph_streams_reopened_total{subgraph="shop"} 1');
    await client.stop();
    await hears(0);
  });

  test('one that stays away ends its subscriptions with an error that can be retried', async () => {
    await start({ ...of(), subscriptions: { reopenForMs: 0 } });
    const client = await subscribe('sse');
    const next = client.next();
    await hears(1);
    news.events.cutAll();
    expect(await next).toMatchObject({
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'shop', retryable: true } }],
    });
    expect(await client.next()).toBeUndefined();
    await client.stop();
  });

  test('the end of a stream is the end for the client', async () => {
    await start(of());
    const client = await subscribe('sse');
    const next = client.next();
    await hears(1);
    news.events.complete();
    expect(await next).toBeUndefined();
    await client.stop();
  });

  test('an event that is too large ends the stream, and says whose it is', async () => {
    const shop = { subscriptions: { protocol }, maxResponseBytes: 5_000 };
    await start({ subgraphs: { overrides: { shop } }, subscriptions: { reopenForMs: 0 } });
    const client = await subscribe('sse');
    const next = client.next();
    await hears(1);
    news.events.publish('x'.repeat(10_000));
    expect(await next).toMatchObject({ errors: [{ extensions: { subgraph: 'shop' } }] });
    await client.stop();
    await hears(0);
  });
});

test('where the end of a stream means a restart, it is opened again', async () => {
  await start({ subgraphs: { defaults: { subscriptions: { completeMeans: 'restart' } } } });
  const client = await subscribe('sse');
  const next = client.next();
  await hears(1);
  news.events.complete();
  await hears(0);
  await hears(1);
  news.events.publish('o1');
  expect(await next).toMatchObject({ ...EVENT, extensions: { resumed: true } });
  await client.stop();
});

/** A client of its own making, which may stop reading. */
async function rawSocket(): Promise<WebSocket> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await new Promise((resolve) => socket.once('open', resolve));
  const acknowledged = new Promise((resolve) => socket.once('message', resolve));
  socket.send('{"type":"connection_init"}');
  await acknowledged;
  return socket;
}

async function ended(): Promise<Record<string, unknown>> {
  const line = () => gateway.logged().find(({ msg }) => msg === 'subscription ended');
  await eventually(() => line() !== undefined, 'the end');
  return line()!;
}

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
    await hears(1);
    socket.pause();
    const before = process.memoryUsage();
    const dropped = async () =>
      Number(
        /events_dropped_total\{transport="websocket"\} (\d+)/.exec(
          await (await fetch(`${gateway.url}/metrics`)).text(),
        )?.[1] ?? 0,
      );
    for (let sent = 0; sent < 150; sent += 1) {
      if (news.events.listening() === 0) break;
      news.events.publish(LARGE);
      await pause(1);
    }
    if (whenFull === 'end') {
      expect(await ended()).toMatchObject({
        reason: 'slow',
        transport: 'websocket',
        errorCodes: ['SLOW_CONSUMER'],
      });
      await hears(0);
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
      await eventually(() => messages.some((each) => each.includes('SLOW_CONSUMER')), 'the word');
    else {
      await publishUntil(() => messages.some((each) => each.includes('"id":"o1"')));
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
  const stream = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
  await hears(1);
  const text = stream.text();
  await gateway.stop();
  expect(await Promise.all(codes)).toEqual([1012, 1012, 1012]);
  // Twice, at its beginning and at its end; who hears of no completion comes back.
  expect((await text).match(/^retry: \d+$/gm)).toHaveLength(2);
  expect(await text).not.toContain('complete');
  await start();
});

test('each end is counted and is one line in the log', async () => {
  await start();
  const client = await subscribe('sse');
  const first = client.next();
  await hears(1);
  news.events.publish('o1');
  await first;
  const page = async () => (await fetch(`${gateway.url}/metrics`)).text();
  expect(await page()).toContain('tributary_subscriptions_running{transport="sse"} 1');
  await client.stop();
  expect(await ended()).toMatchObject({
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
