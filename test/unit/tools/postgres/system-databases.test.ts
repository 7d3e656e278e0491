/**
 * What the three roles of a system can and cannot do on a database of the test run's cluster.
 */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { joinTestCluster } from '../../../kit/test-cluster.ts';
import {
  provideDatabase,
  withClient,
  type DatabaseUrls,
} from '../../../../tools/postgres/system-databases.ts';

/** SQLSTATE codes of PostgreSQL, appendix A. */
const INSUFFICIENT_PRIVILEGE = '42501';
const INVALID_PASSWORD = '28P01';

// Not real systems: the real ones' names belong to the templates of this run.
const [LEFT, RIGHT, NEW] = ['left', 'right', 'new'] as unknown as readonly ['crm', 'shop', 'accounting'];

let left: DatabaseUrls;
let right: DatabaseUrls;

beforeAll(async () => {
  const { adminUrl } = await joinTestCluster();
  left = await provideDatabase(adminUrl, LEFT, passwords());
  right = await provideDatabase(adminUrl, RIGHT, passwords());
});

const PROCESSES = ['runtime', 'worker'] as const;

test.each(PROCESSES)('the %s role reads only what the owner has granted to it', async (part) => {
  const [other] = PROCESSES.filter((each) => each !== part);
  await run(
    left.owner,
    `drop table if exists shown, hidden; create table shown (n int); create table hidden (n int);
     grant select on shown to left_${part}; grant select on hidden to left_${other}`,
  );

  expect(await attempt(left[part], 'select n from shown')).toBe('done');
  expect(await attempt(left[part], 'select n from hidden')).toBe(INSUFFICIENT_PRIVILEGE);
});

test.each(PROCESSES)('the %s role makes no tables, not even temporary ones', async (part) => {
  expect(await attempt(left[part], 'create table mine (n int)')).toBe(INSUFFICIENT_PRIVILEGE);
  expect(await attempt(left[part], 'create temporary table mine (n int)')).toBe(INSUFFICIENT_PRIVILEGE);
});

test('no role of one system gets into the database of another', async () => {
  const elsewhere = (url: string): string => Object.assign(new URL(url), { pathname: '/right' }).href;

  expect(await attempt(right.runtime, 'select 1')).toBe('done');
  expect(await attempt(elsewhere(left.runtime), 'select 1')).toBe(INSUFFICIENT_PRIVILEGE);
  expect(await attempt(elsewhere(left.worker), 'select 1')).toBe(INSUFFICIENT_PRIVILEGE);
  expect(await attempt(elsewhere(left.owner), 'select 1')).toBe(INSUFFICIENT_PRIVILEGE);
});

test('providing a database again keeps its rows and takes the new password', async () => {
  const { adminUrl } = await joinTestCluster();
  await run(right.owner, 'create table kept (n int); insert into kept values (1)');

  const again = await provideDatabase(adminUrl, RIGHT, passwords());

  const rows = await withClient(
    again.owner,
    async (client) => (await client.query('select n from kept')).rows,
  );
  expect(rows).toEqual([{ n: 1 }]);
  expect(await attempt(right.runtime, 'select 1')).toBe(INVALID_PASSWORD);
  expect(await attempt(again.runtime, 'select 1')).toBe('done');
});

test('of several who provide a database at once each finds it provided', async () => {
  const { adminUrl } = await joinTestCluster();
  const same = passwords();
  const provided = await Promise.all([1, 2, 3, 4].map(() => provideDatabase(adminUrl, NEW, same)));

  for (const { owner, runtime, worker } of provided)
    for (const url of [owner, runtime, worker]) expect(await attempt(url, 'select 1')).toBe('done');
});

test('providing a database again takes from its roles what puts them above its rules', async () => {
  const { adminUrl } = await joinTestCluster();
  await run(adminUrl, 'alter role right_runtime with superuser bypassrls createdb createrole replication');

  await provideDatabase(adminUrl, RIGHT, passwords());

  const above = 'rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication';
  const { rows } = await withClient(adminUrl, (client) =>
    client.query(`select ${above} as "isAbove" from pg_roles where rolname = 'right_runtime'`),
  );
  expect(rows).toEqual([{ isAbove: false }]);
});

test('without a login of the worker’s the subgraph’s has its rights, and loses them when there is one', async () => {
  const { adminUrl } = await joinTestCluster();
  const { worker: _, ...both } = passwords();
  const shared = await provideDatabase(adminUrl, RIGHT, both);
  await run(shared.owner, 'create table told (n int); grant select on told to right_worker');
  expect(shared.worker).toBe(shared.runtime);
  expect(await attempt(shared.runtime, 'select n from told')).toBe('done');

  const apart = await provideDatabase(adminUrl, RIGHT, passwords());
  expect(await attempt(apart.runtime, 'select n from told')).toBe(INSUFFICIENT_PRIVILEGE);
  expect(await attempt(apart.worker, 'select n from told')).toBe('done');
});

function passwords() {
  const password = () => randomBytes(9).toString('base64url');
  return { owner: password(), runtime: password(), worker: password() };
}

async function run(url: string, sql: string): Promise<void> {
  await withClient(url, (client) => client.query(sql));
}

async function attempt(url: string, sql: string): Promise<string> {
  try {
    await run(url, sql);
    return 'done';
  } catch (problem) {
    return problem instanceof pg.DatabaseError ? String(problem.code) : String(problem);
  }
}
