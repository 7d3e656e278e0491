/**
 * How much somebody may ask within a time: per principal, client and address, in requests and in cost, told in
 * headers, refused with the limit and when to try again; by one gateway and by several that share a Redis.
 */

import { once } from 'node:events';

import { WebSocket } from 'ws';
import type { z } from 'zod';

import type { optionsSchema } from '../../gateway/config/options.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { requestError } from '../kit/expected-error.ts';
import { startRedis } from '../kit/redis-server.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type Asking, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

type Options = z.input<typeof optionsSchema>;

const QUERY = '{ customer(id: "1") { name } }';
const ANSWER = { data: { customer: { name: 'Ada Byron' } } };
const MINUTE = { windowS: 60 };

let issuer: TokenIssuer;
let started: TestGateway[];

beforeAll(async () => {
  issuer = await createTokenIssuer();
});
afterAll(() => issuer.stop());
beforeEach(() => {
  started = [];
});
afterEach(() => Promise.all(started.map((gateway) => gateway.stop())));

async function start(
  rateLimits: Options['rateLimits'],
  more: Pick<Options, 'server' | 'store' | 'limits'> = {},
): Promise<TestGateway> {
  const config = { rateLimits, identity: { issuers: [issuer.config] }, ...more };
  const gateway = await startGateway({ subgraphs: [crm, accounting, shop], config });
  started.push(gateway);
  return gateway;
}

const send = (gateway: TestGateway, asking: Asking = {}, query = QUERY) =>
  gateway.send('/graphql', postOf(query, asking));
const statuses = async (gateway: TestGateway, count: number, asking: Asking = {}, query = QUERY) => {
  const found: number[] = [];
  for (let asked = 0; asked < count; asked += 1) found.push((await send(gateway, asking, query)).status);
  return found;
};
const refusal = (limit: string, value: number, maximum: number) => ({
  errors: [
    requestError('RATE_LIMITED', {
      retryAfterMs: expect.any(Number),
      details: { limit: `rateLimits.${limit}`, value, maximum, windowS: 60 },
    }),
  ],
});
const asked = (gateway: TestGateway) => gateway.subgraphs.get('crm')!.received.length;

test('without limits nothing is told of them', async () => {
  const { headers } = await send(await start({}));
  expect([headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([null, null]);
});

test('what is left is told with every answer, and what is too much is refused with limit and time', async () => {
  const gateway = await start({ address: { requests: { limit: 2, ...MINUTE } } });
  const [first, second, third] = [await send(gateway), await send(gateway), await send(gateway)];
  expect(
    [first, second].map(({ status, body, headers }) => [status, body, headers.get('ratelimit-policy')]),
  ).toEqual(Array.from({ length: 2 }, () => [200, ANSWER, '"address.requests";q=2;w=60']));
  expect(first.headers.get('ratelimit')).toMatch(/^"address\.requests";r=1;t=(?:59|60)$/);
  expect(second.headers.get('ratelimit')).toMatch(/^"address\.requests";r=0;t=(?:59|60)$/);
  expect([third.status, third.body]).toEqual([429, refusal('address.requests', 3, 2)]);
  const retryAfterS = Number(third.headers.get('retry-after'));
  expect(third.body).toMatchObject({ errors: [{ extensions: { retryable: true } }] });
  expect(third.headers.get('ratelimit')).toBe(`"address.requests";r=0;t=${retryAfterS}`);
  expect([retryAfterS > 50, retryAfterS <= 60]).toEqual([true, true]);
  expect(asked(gateway)).toBe(2);
});

test('a request is counted before it is read: one that is no GraphQL counts like any other', async () => {
  const gateway = await start({ address: { requests: { limit: 2, ...MINUTE } } });
  const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":' };
  const found = [await gateway.send('/graphql', broken), await gateway.send('/graphql', broken)];
  expect(found.map(({ status }) => status)).toEqual([400, 400]);
  expect((await gateway.send('/graphql', broken)).status).toBe(429);
});

test('each principal has its own quota, and probes have none', async () => {
  const gateway = await start({ principal: { requests: { limit: 1, ...MINUTE } } });
  const [anna, ben] = [await issuer.token(), await issuer.token({ sub: 'ben' })];
  expect(await statuses(gateway, 2, { token: anna })).toEqual([200, 429]);
  // Another token of the same principal.
  expect(await statuses(gateway, 1, { token: await issuer.token({ exp: 4e9 }) })).toEqual([429]);
  expect(await statuses(gateway, 2, { token: ben })).toEqual([200, 429]);
  expect(await statuses(gateway, 3)).toEqual([200, 200, 200]);
  const probes = [await gateway.send('/live', {}), await gateway.send('/ready', {})];
  expect(probes.map(({ status, headers }) => [status, headers.get('ratelimit')])).toEqual([
    [200, null],
    [200, null],
  ]);
});

test('who guesses tokens is held to the limits of the address', async () => {
  const gateway = await start({ address: { requests: { limit: 2, ...MINUTE }, countsSignedIn: false } });
  expect(await statuses(gateway, 4, { token: await issuer.token() })).toEqual([200, 200, 200, 200]);
  expect(await statuses(gateway, 3, { token: await issuer.token({ exp: 1 }) })).toEqual([401, 401, 429]);
});

test('who guesses tokens on WebSockets, too, beside those by HTTP', async () => {
  const gateway = await start({ address: { requests: { limit: 3, ...MINUTE }, countsSignedIn: false } });
  const guess = async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const payload = { authorization: `Bearer ${await issuer.token({ exp: 1 })}` };
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    const [code, reason] = await once(socket, 'close');
    return `${code} ${reason}`;
  };
  const expired = '4403 UNAUTHENTICATED: expired';
  expect([await guess(), await guess()]).toEqual([expired, expired]);
  expect(await statuses(gateway, 2, { token: await issuer.token({ exp: 1 }) })).toEqual([401, 429]);
  expect(await guess()).toBe('1013 RATE_LIMITED');
  expect(gateway.logged()).toContainEqual(
    expect.objectContaining({ level: 'warn', msg: 'too many tokens refused', transport: 'websocket' }),
  );
});

describe('a client', () => {
  const named = (name: string) => ({ headers: { 'apollographql-client-name': name } });

  test('is who the token says, whatever a header says', async () => {
    const gateway = await start({ client: { requests: { limit: 2, ...MINUTE }, names: ['shop-web'] } });
    const [one, other] = [
      await issuer.token({ client_id: 'crm-app' }),
      await issuer.token({ sub: 'ben', azp: 'crm-app' }),
    ];
    const token = await issuer.token({ client_id: 'another-app' });
    expect(await statuses(gateway, 1, { token: one })).toEqual([200]);
    expect(await statuses(gateway, 2, { token: other, ...named('shop-web') })).toEqual([200, 429]);
    expect(await statuses(gateway, 1, { token, ...named('crm-app') })).toEqual([200]);
  });

  test('gets no new quota by another name: unknown ones and none are one client', async () => {
    const gateway = await start({ client: { requests: { limit: 3, ...MINUTE }, names: ['shop-web'] } });
    expect(await statuses(gateway, 1, named('made-up-1'))).toEqual([200]);
    expect(await statuses(gateway, 1, { headers: { 'graphql-client-name': 'made-up-2' } })).toEqual([200]);
    expect(await statuses(gateway, 1)).toEqual([200]);
    expect(await statuses(gateway, 2, named('made-up-3'))).toEqual([429, 429]);
    expect(await statuses(gateway, 4, named('shop-web'))).toEqual([200, 200, 200, 429]);
  });
});

describe('cost', () => {
  const THREE =
    '{ a: customer(id: "1") { name } b: customer(id: "1") { name } c: customer(id: "1") { name } }';

  test('is charged before anything is asked, on the long way and on the short', async () => {
    const gateway = await start({ address: { cost: { limit: 7, ...MINUTE } } });
    const [long, short, refused] = [
      await send(gateway, {}, THREE),
      await send(gateway, {}, THREE),
      await send(gateway, {}, THREE),
    ];
    expect([long.status, short.status]).toEqual([200, 200]);
    expect(short.headers.get('ratelimit-policy')).toBe('"address.cost";q=7;qu="cost";w=60');
    expect(short.headers.get('ratelimit')).toMatch(/^"address\.cost";r=1;t=(?:59|60)$/);
    const calls = asked(gateway);
    expect([refused.status, refused.body]).toEqual([429, refusal('address.cost', 9, 7)]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    // On the long way too, and what still fits is answered.
    const unseen = await send(gateway, {}, THREE.replace('a:', 'z:'));
    expect([unseen.status, unseen.body]).toEqual([429, refusal('address.cost', 9, 7)]);
    expect(asked(gateway)).toBe(calls);
    expect(await send(gateway)).toMatchObject({ status: 200, body: ANSWER });
  });

  test('that never fits into the window is refused for good, and says so', async () => {
    const gateway = await start({ address: { cost: { limit: 2, ...MINUTE } } });
    const details = { limit: 'rateLimits.address.cost', value: 3, maximum: 2 };
    const { status, body, headers } = await send(gateway, {}, THREE);
    expect([status, body]).toEqual([400, { errors: [requestError('LIMIT_EXCEEDED', { details })] }]);
    expect(headers.get('retry-after')).toBeNull();
  });

  test('is told together with requests', async () => {
    const gateway = await start({
      principal: { requests: { limit: 10, ...MINUTE }, cost: { limit: 20, windowS: 3600 } },
    });
    const { headers } = await send(gateway, { token: await issuer.token() }, THREE);
    expect(headers.get('ratelimit-policy')).toBe(
      '"principal.requests";q=10;w=60, "principal.cost";q=20;qu="cost";w=3600',
    );
    expect(headers.get('ratelimit')).toMatch(
      /^"principal\.requests";r=9;t=(?:59|60), "principal\.cost";r=17;t=(?:3599|3600)$/,
    );
  });
});

describe('the address', () => {
  const limit = { address: { requests: { limit: 1, ...MINUTE } } };

  test('is the connection’s, whatever somebody who is no trusted proxy says', async () => {
    const gateway = await start(limit, { server: { trustedProxies: ['10.0.0.0/8'] } });
    const from = (address: string) => ({
      headers: { 'x-forwarded-for': address, forwarded: `for=${address}` },
    });
    expect(await statuses(gateway, 1, from('203.0.113.1'))).toEqual([200]);
    expect(await statuses(gateway, 1, from('203.0.113.2'))).toEqual([429]);
  });

  test('is what trusted proxies say, and nothing that a client put before', async () => {
    const gateway = await start(limit, { server: { trustedProxies: ['127.0.0.1', '10.0.0.0/8'] } });
    const from = (list: string) => ({ headers: { 'x-forwarded-for': list, forwarded: 'for=192.0.2.9' } });
    expect(await statuses(gateway, 1, from('203.0.113.1'))).toEqual([200]);
    expect(await statuses(gateway, 1, from('203.0.113.2, 10.1.2.3'))).toEqual([200]);
    expect(await statuses(gateway, 1, from('198.51.100.7, 203.0.113.1'))).toEqual([429]);
    expect(await statuses(gateway, 1, from('198.51.100.8, 203.0.113.2, 10.9.9.9'))).toEqual([429]);
  });
});

describe('gateways that share a Redis', () => {
  test('count together, exactly, however many ask at the same moment', async () => {
    const redis = await startRedis();
    const limits = { address: { requests: { limit: 20, ...MINUTE }, cost: { limit: 15, ...MINUTE } } };
    const store = { redisUrl: redis.url, timeoutMs: 5_000 };
    const [one, other] = [await start(limits, { store }), await start(limits, { store })];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => send(index % 2 === 0 ? one : other)),
    );
    await redis.stop();
    const counts = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([counts(200), counts(429)]).toEqual([15, 25]);
    expect(asked(one) + asked(other)).toBe(15);
    const limitsOf = answers.flatMap(({ body }) => /address\.\w+/.exec(JSON.stringify(body)) ?? []);
    expect(limitsOf.filter((name) => name === 'address.requests')).toHaveLength(20);
  });

  test('answer every request while Redis dies and comes back, and go on counting', async () => {
    const redis = await startRedis();
    const store = { redisUrl: redis.url, timeoutMs: 1_000 };
    const gateway = await start({ address: { requests: { limit: 3, ...MINUTE } } }, { store });
    const ready = async () => (await gateway.send('/ready', {})).body;
    expect(await ready()).toMatchObject({ status: 'ready', store: { state: 'connected' } });
    expect(await statuses(gateway, 2)).toEqual([200, 200]);
    await redis.kill();
    expect(await statuses(gateway, 4)).toEqual([200, 200, 200, 429]);
    expect(
      await isTrueWithin(async () => JSON.stringify(await ready()).includes('"away"'), PATIENCE_MS),
    ).toBe(true);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('tributary_rate_limited_total{limit="address.requests"} 1');
    expect(metrics).toContain('tributary_store_connected 0');
    expect(metrics).toMatch(/tributary_store_fallbacks_total [4-9]/);
    await redis.restart();
    expect(
      await isTrueWithin(async () => JSON.stringify(await ready()).includes('"connected"'), PATIENCE_MS),
    ).toBe(true);
    // Empty as it is, it counts from the beginning.
    expect(await statuses(gateway, 4)).toEqual([200, 200, 200, 429]);
    await redis.stop();
  });
});
