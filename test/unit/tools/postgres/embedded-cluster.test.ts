/**
 * The embedded PostgreSQL across stops, kills and half-made folders. Each test has a folder of its own.
 */

import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import { startCluster, type EmbeddedCluster } from '../../../../tools/postgres/embedded-cluster.ts';
import { withClient } from '../../../../tools/postgres/system-databases.ts';
import { identifyProcess, isTrueWithin } from '../../../../tools/state/running-process.ts';
import { PATIENCE_MS } from '../../../kit/patience.ts';

let folder: string;
let cluster: EmbeddedCluster | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-cluster-'));
  await chmod(folder, 0o711);
});
afterEach(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('rows and password outlive an orderly stop, which leaves no process', async () => {
  const first = await start();
  await query(first, 'create table kept as select 1 as n');
  await first.stop();
  expect(await identifyProcess(first.pid)).toBeUndefined();

  const second = await start();
  expect(second.passwordOf('x')).toBe(first.passwordOf('x'));
  expect(await query(second, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('a server that a killed owner left running gives way to the next start', async () => {
  const orphan = await start();
  await query(orphan, 'create table kept as select 1 as n');

  const next = await start();
  expect(await identifyProcess(orphan.pid)).toBeUndefined();
  expect(await query(next, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('committed rows survive kill -9 of the server', async () => {
  const first = await start();
  await query(first, 'create table kept as select 1 as n');
  process.kill(first.pid, 'SIGKILL');
  expect(await isTrueWithin(async () => (await identifyProcess(first.pid)) === undefined, PATIENCE_MS)).toBe(
    true,
  );

  expect(await query(await start(), 'select n from kept')).toEqual([{ n: 1 }]);
});

test('a lock file that names somebody else’s process does not stop the start, nor that process', async () => {
  await (await start()).stop();
  const lockFile = path.join(folder, 'server', 'data', 'postmaster.pid');
  await writeFile(lockFile, `${process.pid}\n/elsewhere\n0\n1\n\n127.0.0.1\n0 0\nready\n`);

  await start();
  expect((await readFile(lockFile, 'utf8')).split('\n')[0]).toBe(String(cluster?.pid));
});

test('a half-made data folder is made again', async () => {
  const draft = path.join(folder, 'server', 'data.draft-1');
  await mkdir(draft, { recursive: true });
  await writeFile(path.join(draft, 'PG_VERSION'), '18\n');

  expect(await query(await start(), 'select 1 as n')).toEqual([{ n: 1 }]);
  await expect(readFile(path.join(draft, 'PG_VERSION'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a connection without the right password is refused', async () => {
  const { adminUrl } = await start();
  const guess = Object.assign(new URL(adminUrl), { password: 'postgres' }).href;

  await expect(withClient(guess, (client) => client.query('select 1'))).rejects.toMatchObject({
    code: '28P01',
  });
});

test('a refused row shows in the server’s log by its constraint, and nothing that was in it', async () => {
  const { adminUrl } = await start();
  const insert = (client: Client) => client.query('insert into person values ($1)', ['canary']);
  await withClient(adminUrl, async (client) => {
    await client.query('create table person (email text primary key)');
    await insert(client);
    await expect(insert(client)).rejects.toMatchObject({ code: '23505' });
  });

  const log = await readFile(path.join(folder, 'postgres.log'), 'utf8');
  expect([log.includes('person_pkey'), log.includes('canary')]).toEqual([true, false]);
});

async function start(): Promise<EmbeddedCluster> {
  cluster = await startCluster(folder, { durable: true });
  return cluster;
}

async function query(from: EmbeddedCluster, sql: string): Promise<unknown> {
  return withClient(from.adminUrl, async (client) => (await client.query(sql)).rows);
}
