/**
 * How live updates end, and how they go on: tokens, rights, a new supergraph, a subgraph that breaks or restarts, a
 * client that reads slowly, and a gateway that stops.
 */

import { readFileSync, writeFileSync } from 'node:fs';

import { jest } from '@jest/globals';

import { isRecord } from '../../gateway/base/is-record.ts';
import { eventually } from '../kit/eventually.ts';
import { NEWS_SDL } from '../kit/order-news.ts';
import { composed, type GatewaySetup } from '../kit/start-gateway.ts';
import { NEWS_TRANSPORTS as TRANSPORTS, startNews, type NewsGateway } from '../kit/start-news.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';
import { ASKS } from '../kit/transports.ts';

const EVENT = { data: { orderChanged: { id: 'o1', margin: 7 } } };

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

/** The next answer, or the code and reason by which a socket was closed. */
async function last(next: Promise<unknown>): Promise<unknown> {
  try {
    return await next;
  } catch (error) {
    return isRecord(error) && 'code' in error ? [error['code'], error['reason']] : error;
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
  composed(
    [...news.gateway.subgraphs.values()].map((each) => (each.name === 'shop' ? { ...each, sdl } : each)),
  );

test.each(TRANSPORTS)(
  'over %s, the end of the token is the end of the stream, and the client is told',
  async (transport) => {
    await start();
    const exp = Math.floor(Date.now() / 1000) + 2;
    const client = await news.subscribe(transport, {
      token: await issuer.token({ exp, scope: 'costs:read' }),
    });
    const first = client.next();
    await news.hears(1);
    news.events.publish('o1');
    expect(await first).toMatchObject(EVENT);
    const end = await last(client.next());
    const told = { errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'expired' } }] };
    if (transport === 'websocket') expect(end).toEqual([4403, 'UNAUTHENTICATED: expired']);
    else expect([end, await client.next()]).toMatchObject([told, undefined]);
    expect(Date.now()).toBeGreaterThanOrEqual(1000 * exp);
    await news.hears(0);
    await client.stop();
  },
);

test.each(TRANSPORTS)('over %s, who signed the token is looked at for every event', async (transport) => {
  await start();
  const client = await news.subscribe(transport);
  const first = client.next();
  await news.hears(1);
  news.events.publish('o1');
  expect(await first).toMatchObject(EVENT);
  const keys = readFileSync(issuer.jwksFile, 'utf8');
  const other = await createTokenIssuer();
  writeFileSync(issuer.jwksFile, readFileSync(other.jwksFile, 'utf8'));
  let end: unknown;
  const reading = (async () => {
    for (;;) {
      end = await last(client.next());
      if (!JSON.stringify(end)?.includes('orderChanged')) return;
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
    const client = await news.subscribe(transport, { token });
    const first = client.next();
    await news.hears(1);
    news.events.publish('o1');
    expect(await first).toMatchObject({
      data: { orderChanged: { id: 'o1', margin: null } },
      errors: [{ path: ['orderChanged', 'margin'], extensions: { code: 'FORBIDDEN_FIELD' } }],
    });
    await client.stop();
    await news.hears(0);
    const calls = news.gateway.subgraphs.get('shop')!.received.length;
    const refused = await ASKS[transport]!(news.gateway.url, {
      query: 'subscription { secretChanged { id } }',
      token,
    });
    expect(refused).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN_FIELD' } }] });
    expect(news.gateway.subgraphs.get('shop')!.received.length).toBe(calls);
  },
);

test.each(['websocket', 'sse'])(
  'over %s, a new supergraph in which a subscription is not valid ends it',
  async (transport) => {
    await start();
    const client = await news.subscribe(transport);
    const first = client.next();
    await news.hears(1);
    news.events.publish('o1');
    expect(await first).toMatchObject(EVENT);
    const end = last(client.next());
    await news.gateway.replace(withSdl(NEWS_SDL.replace(/margin: Int @requiresScopes[^}]*/, '')));
    const told = { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } };
    expect(await end).toMatchObject(transport === 'websocket' ? [told] : { errors: [told] });
    await news.hears(0);
    await client.stop();
  },
);

test('a new supergraph that lets one see less is obeyed from the next event on', async () => {
  await start();
  const client = await news.subscribe('sse', {
    token: await issuer.token(),
    query: 'subscription { orderChanged { id } }',
  });
  const first = client.next();
  await news.hears(1);
  news.events.publish('o1');
  await first;
  const end = client.next();
  const root = 'orderChanged(customer: ID): Order';
  await news.gateway.replace(
    withSdl(NEWS_SDL.replace(root, `${root} @requiresScopes(scopes: [["secrets:read"]])`)),
  );
  expect(await end).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN_FIELD' } }] });
  await news.hears(0);
  await client.stop();
});

test('a stream that is lost before it moves to a new supergraph is opened once, and the client learns of it at once', async () => {
  await start();
  const client = await news.subscribe('sse');
  const first = client.next();
  await news.hears(1);
  news.events.publish('o1');
  await first;
  // Neither moved nor opened again so soon that it could not be lost before.
  const random = jest.spyOn(Math, 'random').mockReturnValue(0.9);
  await news.gateway.replace(withSdl(NEWS_SDL.replace('margin: Int', 'margin: Int spare: Int')));
  news.events.cutAll();
  await news.hears(0);
  await news.hears(1);
  random.mockRestore();
  const next = client.next();
  news.events.publish('o2');
  expect(await next).toMatchObject({ data: { orderChanged: { id: 'o2' } }, extensions: { resumed: true } });
  const streams = 'tributary_subgraph_streams_reopened_total{subgraph="shop"}';
  expect(await news.metricsPage()).toContain(`${streams} 1`);
  await client.stop();
  await news.hears(0);
});

describe.each(['sse', 'websocket'] as const)('from a subgraph over %s', (protocol) => {
  const of = (more: object = {}) => ({
    subgraphs: { overrides: { shop: { subscriptions: { protocol, ...more } } } },
  });

  test('a stream that breaks is opened again, the client stays, and learns that something may be missing', async () => {
    await start(of());
    const client = await news.subscribe('websocket');
    const first = client.next();
    await news.hears(1);
    news.events.publish('o1');
    await first;
    const second = client.next();
    news.events.cutAll();
    await news.hears(0);
    await news.hears(1);
    news.events.publish('o2');
    expect(await second).toMatchObject({
      data: { orderChanged: { id: 'o2' } },
      extensions: { resumed: true },
    });
    const page = await news.metricsPage();
    expect(page).toContain('tributary_subgraph_streams_reopened_total{subgraph="shop"} 1');
    await client.stop();
    await news.hears(0);
  });

  test('one that is not ready yet is asked again, and the client knows nothing of it', async () => {
    await start(of());
    const client = await news.subscribe('sse', { query: 'subscription { starting { id } }' });
    const first = client.next();
    await news.hears(1);
    news.events.publish('o1');
    expect(await first).toEqual({ data: { starting: { id: 'o1' } }, extensions: { resumed: true } });
    await client.stop();
  });

  test('one that stays away ends its subscriptions with an error that can be retried', async () => {
    await start({ ...of(), subscriptions: { reopenForMs: 0 } });
    const client = await news.subscribe('sse');
    const next = client.next();
    await news.hears(1);
    news.events.cutAll();
    expect(await next).toMatchObject({
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'shop', retryable: true } }],
    });
    expect(await client.next()).toBeUndefined();
    await client.stop();
  });

  test('the end of a stream is the end for the client', async () => {
    await start(of());
    const client = await news.subscribe('sse');
    const next = client.next();
    await news.hears(1);
    news.events.complete();
    expect(await next).toBeUndefined();
    await client.stop();
  });

  test('an event that is too large ends the stream, and says whose it is', async () => {
    const shop = { subscriptions: { protocol }, maxResponseBytes: 5_000 };
    await start({ subgraphs: { overrides: { shop } }, subscriptions: { reopenForMs: 0 } });
    const client = await news.subscribe('sse');
    const next = client.next();
    await news.hears(1);
    news.events.publish('x'.repeat(10_000));
    expect(await next).toMatchObject({ errors: [{ extensions: { subgraph: 'shop' } }] });
    await client.stop();
    await news.hears(0);
  });
});

test('where the end of a stream means a restart, it is opened again', async () => {
  await start({ subgraphs: { defaults: { subscriptions: { completeMeans: 'restart' } } } });
  const client = await news.subscribe('sse');
  const next = client.next();
  await news.hears(1);
  news.events.complete();
  await news.hears(0);
  await news.hears(1);
  news.events.publish('o1');
  expect(await next).toMatchObject({ ...EVENT, extensions: { resumed: true } });
  await client.stop();
});
