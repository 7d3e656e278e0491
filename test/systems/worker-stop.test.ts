/**
 * How a worker begins and ends, as a real process: told to stop, it finishes what it delivers, whatever else it is told
 * then; where the database says nothing any more, it ends all the same and says so; where another role has the lead, it
 * says that.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import pg from 'pg';

import { LEAD_LOCK } from '../../subgraphs/kit/events/take-the-lead.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { CHECKOUT } from '../../tools/state/state-folder.ts';
import { CHILD_ENVIRONMENT } from '../kit/child-environment.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import type { RealProcess } from '../kit/real-process.ts';
import { prepareShopWorkers, type ShopWorkers } from '../kit/shop-workers.ts';
import { serveSilent } from '../kit/silent-database.ts';
import { runAs } from '../kit/small-shop.ts';

let shop: TestDatabase;
/** Deliveries that are held until they are let go. */
const held: (() => void)[] = [];
let workers: ShopWorkers;

beforeAll(async () => {
  shop = await freshDatabase('shop', 'empty');
  const receiver = createServer((request, response) => {
    request.resume().on('end', () => held.push(() => response.end('{"outcome":"applied"}')));
  });
  workers = await prepareShopWorkers(receiver);
});

afterEach(async () => {
  await workers.kill();
});

afterAll(async () => {
  await shop.drop();
  await workers.stop();
});

/** As a promise, for whoever waits for it. */
const says = (worker: RealProcess, message: string) => () =>
  Promise.resolve(worker.logged().some(({ msg }) => msg === message));

async function statesOfJobs(): Promise<readonly Record<string, unknown>[]> {
  return runAs(shop.worker, `select state::text from pgboss.job where name = 'to-accounting'`);
}

/** A leader and a standby, of whose database nobody need hear for ever. */
async function startBoth() {
  const silent = await serveSilent(shop.worker);
  const leader = await workers.start(silent.url);
  expect(await isTrueWithin(says(leader, 'the worker delivers'), PATIENCE_MS)).toBe(true);
  const standby = await workers.start(silent.url);
  const both = `select from pg_stat_activity where application_name = 'tributary-worker-lead'`;
  const areThere = async () => (await runAs(shop.worker, both)).length === 2;
  expect(await isTrueWithin(areThere, PATIENCE_MS)).toBe(true);
  return { silent, leader, standby };
}

test('signals that come after the first one cut no delivery short', async () => {
  const worker = await workers.start(shop.worker);
  await runAs(
    shop.runtime,
    `insert into outbox (event_id, type, entity, entity_id, version, data)
     values ('evt_stop', 'order.cancelled', 'Order', 'ord_stop', 1, '{}')`,
  );
  expect(await isTrueWithin(() => Promise.resolve(held.length === 1), PATIENCE_MS)).toBe(true);
  worker.child.kill('SIGHUP');
  expect(await isTrueWithin(says(worker, 'the worker stops'), PATIENCE_MS)).toBe(true);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) worker.child.kill(signal);
  for (const letGo of held.splice(0)) letGo();
  expect(await worker.ended).toEqual([0, null]);
  expect(await statesOfJobs()).toEqual([{ state: 'completed' }]);
  expect(worker.logged().filter(({ msg }) => msg === 'the worker stops')).toHaveLength(1);
});

test('leader and standby end although the database says nothing any more, and say that it was not in order', async () => {
  const { silent, leader, standby } = await startBoth();
  silent.fallSilent();
  const ends = await Promise.all([leader.stop(), standby.stop()]);
  expect(ends).toEqual([
    [1, null],
    [1, null],
  ]);
  for (const worker of [leader, standby]) {
    expect(worker.logged()).toContainEqual(
      expect.objectContaining({ level: 'error', msg: 'the worker could not stop in order' }),
    );
  }
  await silent.stop();
});

test('leader and standby that nobody stops end too where the database says nothing any more, so that others may lead', async () => {
  const { silent, leader, standby } = await startBoth();
  silent.fallSilent();
  expect(await Promise.all([leader.ended, standby.ended])).toEqual([
    [1, null],
    [1, null],
  ]);
  expect(leader.logged()).toContainEqual(
    expect.objectContaining({
      level: 'error',
      msg: 'the worker has lost the lead',
      because: 'the database has not said anything for too long',
    }),
  );
  await silent.stop();
});

test.each([
  ['has the lead', ['pg_advisory_lock']],
  ['has it several times', ['pg_advisory_lock_shared', 'pg_advisory_lock_shared']],
])('a worker says which other role %s, and delivers once that lets go', async (_what, locks) => {
  const foreigners = locks.map(() => new pg.Client({ connectionString: shop.runtime }));
  await Promise.all(foreigners.map((each) => each.connect()));
  await Promise.all(foreigners.map((each, at) => each.query(`select ${locks[at]}($1)`, [LEAD_LOCK])));
  const worker = await workers.start(shop.worker);
  const message = 'another role has the lead, so nothing is delivered';
  expect(await isTrueWithin(says(worker, message), PATIENCE_MS)).toBe(true);
  await Promise.all(foreigners.map((each) => each.end()));
  expect(await isTrueWithin(says(worker, 'the worker delivers'), PATIENCE_MS)).toBe(true);
  expect(worker.logged().filter(({ msg }) => msg === message)).toEqual([
    expect.objectContaining({ level: 'error', role: new URL(shop.runtime).username }),
  ]);
});

test('a worker whose parent goes away while it starts ends in order', async () => {
  const child = spawn(process.execPath, ['subgraphs/shop/worker.ts'], {
    cwd: CHECKOUT,
    env: { ...CHILD_ENVIRONMENT, ...workers.environmentOf(shop.worker) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.disconnect();
  const exited = once(child, 'exit');
  expect([await text(child.stderr!), await exited]).toEqual(['', [0, null]]);
});
