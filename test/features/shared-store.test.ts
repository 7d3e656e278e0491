/**
 * What gateways share through Redis, and what each of them keeps while Redis is away: a real Redis that is killed,
 * held still, guarded by a password, spoken to by TLS.
 */

import { Redis } from 'ioredis';

import { createLogger } from '../../gateway/telemetry/create-logger.ts';
import { createStore } from '../../gateway/store/create-store.ts';
import type { SharedStore } from '../../gateway/store/shared-store.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { createAuthority, createPemFolder } from '../kit/certificates.ts';
import { startRedis, type RedisSetup, type TestRedis } from '../kit/redis-server.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

let redis: TestRedis;
let stores: SharedStore[];
let lines: string[];

beforeEach(() => {
  stores = [];
  lines = [];
});

afterEach(async () => {
  for (const store of stores) store.stop();
  await redis.stop();
});

async function open(redisUrl: string, others: { timeoutMs?: number; caFile?: string } = {}) {
  const log = createLogger({ level: 'info' }, { write: (line) => void lines.push(line) });
  const store = await createStore({ redisUrl, keyPrefix: 'test:', timeoutMs: 2_000, ...others }, log);
  stores.push(store);
  return store;
}

async function openTwo(setup: RedisSetup = {}, others: Parameters<typeof open>[1] = {}) {
  redis = await startRedis(setup);
  return [await open(redis.url, others), await open(redis.url, others)] as const;
}

const use = (key: string, amount = 1, limit = 100) => ({ key, limit, windowMs: 60_000, amount });
const told = () => lines.map((line): unknown => JSON.parse(line).msg);
const CONNECTED = 'shared store connected';
const AWAY = 'shared store away; kept in memory until it is back';

test('two gateways see one another’s values, until these expire', async () => {
  const [one, other] = await openTwo();
  await one.set('k', 'v', 60_000);
  await one.set('short', 'v', 1);
  expect(await other.get('k')).toBe('v');
  expect(await isTrueWithin(async () => (await other.get('short')) === undefined, PATIENCE_MS)).toBe(true);
});

test('of 200 uses at the same moment, over two gateways, exactly the limit is taken', async () => {
  const [one, other] = await openTwo();
  const takings = await Promise.all(
    Array.from({ length: 200 }, async (_, index) =>
      (index % 2 === 0 ? one : other).take([use('a'), use('b', 1, 70)]),
    ),
  );
  expect(takings.filter(({ isTaken }) => isTaken)).toHaveLength(70);
  // What was refused because of the one has used nothing of the other.
  expect(await one.take([use('a', 0), use('b', 0, 70)])).toMatchObject({
    standings: [{ remaining: 30 }, { remaining: 0 }],
  });
  expect([one.fallbacks, other.fallbacks]).toEqual([0, 0]);
});

test('while Redis is away each gateway counts for itself, says so once, and shares again when it is back', async () => {
  const [store] = await openTwo();
  await store.take([use('a', 60)]);
  await redis.kill();
  const areAway = async () => told().filter((line) => line === AWAY).length === 2;
  expect(await isTrueWithin(areAway, PATIENCE_MS)).toBe(true);
  expect(store.state).toEqual({ kind: 'redis', state: 'away' });
  for (const remaining of [99, 98, 97]) {
    expect(await store.take([use('a')])).toMatchObject({ isTaken: true, standings: [{ remaining }] });
  }
  await store.set('k', 'v', 60_000);
  expect(await store.get('k')).toBe('v');
  expect(store.fallbacks).toBeGreaterThanOrEqual(5);
  await redis.restart();
  expect(
    await isTrueWithin(
      async () => stores.every(({ state }) => 'state' in state && state.state === 'connected'),
      PATIENCE_MS,
    ),
  ).toBe(true);
  await store.take([use('a', 10)]);
  expect(await stores[1]!.take([use('a', 0)])).toMatchObject({ standings: [{ remaining: 90 }] });
  expect(told().toSorted()).toEqual([AWAY, AWAY, CONNECTED, CONNECTED, CONNECTED, CONNECTED]);
});

test('a Redis that stands still costs a few questions their time and then nobody anything', async () => {
  const [store] = await openTwo({}, { timeoutMs: 100 });
  await store.take([use('a')]);
  redis.holdStill();
  const startedAt = performance.now();
  for (let asked = 0; asked < 100; asked += 1) expect((await store.take([use('a')])).isTaken).toBe(true);
  // Without the circuit a hundred questions would wait for ten seconds.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(store.state).toEqual({ kind: 'redis', state: 'away' });
  redis.goOn();
  const isBack = async () => {
    await store.take([use('b')]);
    return 'state' in store.state && store.state.state === 'connected';
  };
  expect(await isTrueWithin(isBack, PATIENCE_MS)).toBe(true);
});

test('that a Redis which stood still is back is told while nobody asks it, and costs nothing once it is', async () => {
  const [store] = await openTwo({}, { timeoutMs: 50 });
  const isIn = (state: string) => async () => 'state' in store.state && store.state.state === state;
  expect(await isTrueWithin(isIn('connected'), PATIENCE_MS)).toBe(true);
  redis.holdStill();
  for (let asked = 0; asked < 5; asked += 1) await store.take([use('a')]);
  expect(await isIn('away')()).toBe(true);
  redis.goOn();
  expect(await isTrueWithin(isIn('connected'), PATIENCE_MS)).toBe(true);
  expect(told().filter((line) => line === AWAY)).toHaveLength(1);
  const { fallbacks } = store;
  expect(await store.take([use('b')])).toMatchObject({ isTaken: true, standings: [{ remaining: 99 }] });
  expect(store.fallbacks).toBe(fallbacks);
});

test('an answer that came while the process was busy is no silence of Redis', async () => {
  const [store] = await openTwo({}, { timeoutMs: 50 });
  const isSettled = async () => store.state.kind === 'redis' && store.state.state === 'connected';
  expect(await isTrueWithin(isSettled, PATIENCE_MS)).toBe(true);
  const { fallbacks } = store;
  const taking = store.take([use('a')]);
  blockFor(1_000);
  expect(await taking).toMatchObject({ isTaken: true, standings: [{ remaining: 99 }] });
  expect(store.fallbacks).toBe(fallbacks);
});

test('a gateway starts where there is no Redis, and uses it once there is', async () => {
  redis = await startRedis();
  await redis.kill();
  const store = await open(redis.url);
  expect(await store.take([use('a')])).toMatchObject({ isTaken: true });
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { level: 'warn', time: expect.any(String), because: 'ECONNREFUSED', msg: AWAY },
  ]);
  await redis.restart();
  expect(await isTrueWithin(async () => told().includes(CONNECTED), PATIENCE_MS)).toBe(true);
});

test('a password opens, a wrong one is told without being named', async () => {
  const [store] = await openTwo({ password: 'canary-right' });
  expect(store.state).toEqual({ kind: 'redis', state: 'connected' });
  const wrong = await open(redis.url.replace('canary-right', 'canary-wrong'));
  expect(await wrong.take([use('a')])).toMatchObject({ isTaken: true });
  expect(wrong.state).toEqual({ kind: 'redis', state: 'away' });
  expect(lines.at(-1)).toContain('WRONGPASS');
  expect(lines.join('')).not.toContain('canary');
});

test('a Redis that takes nothing which is written is away until it does, however often it is asked', async () => {
  const [store] = await openTwo();
  const operator = new Redis(redis.url);
  const isIn = (state: string) => async () => {
    await store.take([use('a')]);
    return 'state' in store.state && store.state.state === state;
  };
  await operator.replicaof('127.0.0.1', 1);
  expect(await isTrueWithin(isIn('away'), PATIENCE_MS)).toBe(true);
  expect(await isTrueWithin(isIn('connected'), 3_000)).toBe(false);
  await operator.replicaof('NO', 'ONE');
  expect(await isTrueWithin(isIn('connected'), PATIENCE_MS)).toBe(true);
  operator.disconnect();
  const news = lines.map((line) => JSON.parse(line)).filter(({ msg }) => [AWAY, CONNECTED].includes(msg));
  expect(news.map(({ msg, because }) => [msg, because])).toEqual([
    [CONNECTED, undefined],
    [CONNECTED, undefined],
    [AWAY, expect.stringContaining('READONLY')],
    [CONNECTED, undefined],
  ]);
});

test('a quota that would last longer than its window is over: the clock of Redis was set back', async () => {
  const [store] = await openTwo();
  await store.take([use('a', 100)]);
  const operator = new Redis(redis.url);
  await operator.pexpire('test:a', 3_660_000);
  const again = await store.take([use('a', 30)]);
  operator.disconnect();
  expect(again).toEqual({ isTaken: true, standings: [{ remaining: 70, resetMs: expect.any(Number) }] });
  expect(again.standings[0]!.resetMs).toBeLessThanOrEqual(60_000);
});

test('a Redis that has not the database which is asked for is away: another one may be somebody else’s', async () => {
  redis = await startRedis();
  const store = await open(`${redis.url}/99`);
  await store.set('k', 'v', 60_000);
  expect(store.state).toEqual({ kind: 'redis', state: 'away' });
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { level: 'warn', time: expect.any(String), because: 'ERR DB index is out of range', msg: AWAY },
  ]);
  expect(await (await open(redis.url)).get('k')).toBeUndefined();
});

test('by rediss, only a Redis of the named authority is spoken to', async () => {
  const folder = createPemFolder();
  const [authority, stranger] = [createAuthority('Ours'), createAuthority('Theirs')];
  const { cert, key } = authority.issue('127.0.0.1');
  const tls = { certFile: folder.write('cert.pem', cert), keyFile: folder.write('key.pem', key) };
  const [store] = await openTwo({ tls }, { caFile: folder.write('ca.pem', authority.cert) });
  await store.set('k', 'v', 60_000);
  expect([store.state, await store.get('k')]).toEqual([{ kind: 'redis', state: 'connected' }, 'v']);
  const distrusting = await open(redis.url, { caFile: folder.write('other.pem', stranger.cert) });
  expect(distrusting.state).toEqual({ kind: 'redis', state: 'away' });
  expect(await distrusting.get('k')).toBeUndefined();
  folder.remove();
});

/** Nothing of this process goes on meanwhile; Redis does. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
