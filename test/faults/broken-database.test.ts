/**
 * A subgraph's database while connections to it break: what it costs is the statement or the transaction that was
 * under way, never the process and never a place in the pool. Asks the kit's database through a fault proxy.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';

import type { Fault } from '../../tools/faults/fault.ts';
import { startFaultProxy, type FaultProxy } from '../../tools/faults/fault-proxy.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { openDatabase, type Database } from '../../subgraphs/kit/database.ts';
import { bossOptions } from '../../subgraphs/kit/events/event-queues.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import { runAs } from '../kit/small-shop.ts';
import { joinTestCluster } from '../kit/test-cluster.ts';

let owned: TestDatabase;

beforeAll(async () => {
  owned = await freshDatabase('crm', 'empty');
});

afterAll(() => owned.drop());

test('a connection that breaks between two statements costs its transaction alone', async () => {
  const { proxy, database, broken, stop } = await openThroughProxy();
  const transaction = await database.startTransaction().execute();
  await sql`select 1`.execute(transaction);
  proxy.calm();
  expect(await isTrueWithin(async () => broken.length > 0, PATIENCE_MS)).toBe(true);
  await expect(sql`select 1`.execute(transaction)).rejects.toThrow('not queryable');
  await expect(transaction.rollback().execute()).rejects.toThrow('not queryable');
  expect((await sql`select 2 as two`.execute(database)).rows).toEqual([{ two: 2 }]);
  await stop();
});

test('a connection that says nothing any more gives its place in the pool back', async () => {
  const stalls = {
    kind: 'stall',
    exchange: 0,
    whenAsked: 'select 3',
    direction: 'answer',
    afterBytes: 0,
  } as const;
  const { database, stop } = await openThroughProxy([stalls]);
  await expect(sql`select 3 as three`.execute(database)).rejects.toThrow(
    'the database has not said anything for too long',
  );
  expect((await sql`select 3 as three`.execute(database)).rows).toEqual([{ three: 3 }]);
  await stop();
});

test('a connection that was made while the database took no changes is not kept', async () => {
  const name = new URL(owned.owner).pathname.slice(1);
  const { adminUrl } = await joinTestCluster();
  const alter = (change: string) => runAs(adminUrl, `alter database "${name}" ${change}`);
  const database = openDatabase({ url: owned.runtime, applicationName: 'test', maxConnections: 1 });
  const write = () =>
    sql`insert into inbox (source, event_id, type, outcome) values ('shop', 'one', 'x', 'APPLIED')`.execute(
      database,
    );
  await alter('set default_transaction_read_only = on');
  await expect(write()).rejects.toMatchObject({ code: '25006' });
  await alter('reset default_transaction_read_only');
  expect(await write()).toMatchObject({ numAffectedRows: 1n });
  await database.destroy();
});

test('queues whose every connection falls silent deliver again', async () => {
  const shop = await freshDatabase('shop', 'empty');
  const through = new URL(shop.worker);
  const target = { host: through.hostname, port: Number(through.port) };
  // The pool has one, which falls silent after its start.
  const proxy = await startFaultProxy(target, (connection) =>
    connection === 0 ? { kind: 'stall', exchange: 25, direction: 'answer', afterBytes: 0 } : { kind: 'none' },
  );
  through.port = String(proxy.port);
  const boss = await startBoss(through.href, 1_500);
  const arrived: string[] = [];
  await boss.work('to-accounting', { pollingIntervalSeconds: 0.5 }, async (jobs) =>
    arrived.push(...jobs.map(({ id }) => id)),
  );
  expect(await isTrueWithin(async () => proxy.struck().stall === 1, PATIENCE_MS)).toBe(true);
  const direct = await startBoss(shop.worker);
  const id = await direct.send('to-accounting', {});
  expect(await isTrueWithin(async () => arrived.includes(String(id)), PATIENCE_MS)).toBe(true);
  await Promise.all([direct, boss].map((each) => each.stop({ graceful: false })));
  await proxy.stop();
  await shop.drop();
});

async function startBoss(connectionString: string, mostSilentMs?: number): Promise<PgBoss> {
  const boss = new PgBoss(bossOptions({ connectionString, max: 1 }, mostSilentMs));
  // It tells of every connection that breaks; without a listener, node would end the process.
  boss.on('error', () => undefined);
  return boss.start();
}

interface Opened {
  readonly proxy: FaultProxy;
  readonly database: Database;
  /** What was told of broken connections. */
  readonly broken: readonly Error[];
  readonly stop: () => Promise<void>;
}

/** One connection at a time; the faults befall the first ones. */
async function openThroughProxy(faults: readonly Fault[] = []): Promise<Opened> {
  const through = new URL(owned.runtime);
  const target = { host: through.hostname, port: Number(through.port) };
  const proxy = await startFaultProxy(target, (connection) => faults[connection] ?? { kind: 'none' });
  through.port = String(proxy.port);
  const broken: Error[] = [];
  const database = openDatabase({
    url: through.href,
    applicationName: 'test',
    maxConnections: 1,
    mostSilentMs: 300,

    onIdleError: (error) => broken.push(error),
  });
  return {
    proxy,
    database,
    broken,
    stop: () => database.destroy().then(proxy.stop),
  };
}
