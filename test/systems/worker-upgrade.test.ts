/**
 * A database from the time when a system's worker logged in as its subgraph, brought up to date while such a worker
 * delivers. Nothing that was said is lost, what is told again has the id under which it was told before, and who has no
 * rights says so.
 */

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';

import { openDatabase } from '../../subgraphs/kit/database.ts';
import { provideEventQueues } from '../../subgraphs/kit/events/event-queues.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { CHECKOUT } from '../../tools/state/state-folder.ts';
import { migrateSystem } from '../../tools/systems/migrate-system.ts';
import { CHILD_ENVIRONMENT } from '../kit/child-environment.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import type { RealProcess } from '../kit/real-process.ts';
import { prepareShopWorkers, type ShopWorkers } from '../kit/shop-workers.ts';
import { runAs } from '../kit/small-shop.ts';
import { joinTestCluster } from '../kit/test-cluster.ts';

const FIRST_OF_THE_WORKER = '0010';
const DELIVERS = 'the worker delivers';
let shop: TestDatabase;
/** The ids of what was told. */
let told: string[] = [];
let letGo: Promise<undefined> | undefined;
let workers: ShopWorkers;

beforeAll(async () => {
  const receiver = createServer((request, response) => {
    if (request.method === 'POST') told.push(String(request.headers['webhook-id']));
    request
      .resume()
      .on('end', () => void Promise.resolve(letGo).then(() => response.end('{"outcome":"applied"}')));
  });
  workers = await prepareShopWorkers(receiver);
});

beforeEach(async () => {
  told = [];
  letGo = undefined;
  shop = await freshDatabase('shop', 'empty');
  await makeOld(shop.owner);
});

afterEach(async () => {
  await workers.kill();
  await shop.drop();
});

afterAll(async () => {
  await workers.stop();
});

test('a worker with its own login, before the upgrade, ends with what is missing', async () => {
  const child = spawn(process.execPath, ['subgraphs/shop/worker.ts'], {
    cwd: CHECKOUT,
    env: { ...CHILD_ENVIRONMENT, ...workers.environmentOf(shop.worker) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  expect([await text(child.stderr), await exited]).toEqual([
    'the database in SHOP_WORKER_DATABASE_URL cannot be used: permission denied for schema pgboss\n',
    [1, null],
  ]);
});

test('a worker that still logs in as the subgraph says that it may not, and the next one goes on', async () => {
  const old = await workers.start(shop.runtime);
  await becomes(says(old, DELIVERS));
  const held = Promise.withResolvers<undefined>();
  letGo = held.promise;
  await say('evt_under_way');
  await becomes(() => told.length === 1);

  await migrateSystem('shop', shop.owner);
  held.resolve(undefined);
  await say('evt_after');
  await becomes(says(old, 'the outbox could not be emptied', '42501'));
  await becomes(says(old, 'the queues have a problem', '42501'));
  expect((await fetch(`${old.url}/ready`)).status).toBe(503);

  const next = await workers.start(shop.worker);
  await old.stop();
  await becomes(says(next, DELIVERS));
  await becomes(async () => (await undelivered()) === 0);
  expect(told.toSorted()).toEqual(['evt_after', 'evt_under_way', 'evt_under_way']);
});

test('a worker whose login was given the worker’s rights before delivers through the upgrade', async () => {
  const login = `shop_upgrading_${randomBytes(4).toString('hex')}`;
  const { adminUrl } = await joinTestCluster();
  await runAs(adminUrl, `create role ${login} login password 'x' in role shop_runtime, shop_worker`);
  const worker = await workers.start(
    Object.assign(new URL(shop.runtime), { username: login, password: 'x' }).href,
  );
  await becomes(says(worker, DELIVERS));
  await say('evt_before');
  await becomes(() => told.length === 1);
  await migrateSystem('shop', shop.owner);
  await say('evt_after');
  await becomes(async () => (await undelivered()) === 0);
  expect(await worker.stop()).toEqual([0, null]);
  await runAs(adminUrl, `drop role ${login}`);
  expect(told).toEqual(['evt_before', 'evt_after']);
  expect(worker.logged().filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
});

/** The tables and grants of the time before workers had a role. */
async function makeOld(ownerUrl: string): Promise<void> {
  await runAs(
    ownerUrl,
    `drop schema public, pgboss cascade; create schema public; grant usage on schema public to shop_runtime`,
  );
  const database = openDatabase({ url: ownerUrl, applicationName: 'test' });
  const { error } = await new Migrator({
    db: database,
    provider: { getMigrations: readOldMigrations },
  }).migrateToLatest();
  await database.destroy();
  expect(error).toBeUndefined();
  await provideEventQueues(ownerUrl, 'shop');
  await runAs(
    ownerUrl,
    `revoke all on all tables in schema pgboss from shop_worker; revoke all on schema pgboss from shop_worker;
     grant usage on schema pgboss to shop_runtime; grant select on all tables in schema pgboss to shop_runtime;
     grant insert, update, delete on pgboss.job, pgboss.job_common, pgboss.instance to shop_runtime;
     grant update on pgboss.queue, pgboss.version to shop_runtime; grant delete on pgboss.job_dependency to shop_runtime;
     grant insert, delete on pgboss.warning to shop_runtime`,
  );
}

async function readOldMigrations(): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {};
  for (const place of ['subgraphs/kit/migrations', 'subgraphs/shop/connector/migrations']) {
    const names = (await readdir(path.join(CHECKOUT, place))).filter((name) => name < FIRST_OF_THE_WORKER);
    for (const name of names) {
      const statements = await readFile(path.join(CHECKOUT, place, name), 'utf8');
      const up = async (database: Kysely<unknown>) => {
        await sql.raw(statements.replaceAll('RUNTIME_ROLE', 'shop_runtime')).execute(database);
      };
      migrations[path.basename(name, '.sql')] = { up };
    }
  }
  return migrations;
}

/** As the subgraph does. */
async function say(id: string): Promise<void> {
  await runAs(
    shop.runtime,
    `insert into outbox (event_id, type, entity, entity_id, version, data)
     values ('${id}', 'order.cancelled', 'Order', 'ord_${id}', 1, '{}')`,
  );
}

async function undelivered(): Promise<number> {
  const [row] = await runAs(
    shop.owner,
    `select (select count(*) from outbox where relayed_at is null)::integer
       + (select count(*) from pgboss.job where state <> 'completed')::integer as count`,
  );
  return Number(row?.['count']);
}

const says = (worker: RealProcess, message: string, code?: string) => () =>
  worker.logged().some(({ msg, err }) => {
    // Reason for the cast: what is logged as an error has its members.
    const found = (err as { readonly code?: string } | undefined)?.code;
    return msg === message && found === code;
  });

async function becomes(isSo: () => boolean | Promise<boolean>): Promise<void> {
  expect(await isTrueWithin(async () => isSo(), PATIENCE_MS)).toBe(true);
}
