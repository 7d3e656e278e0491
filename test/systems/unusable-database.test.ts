/**
 * Databases that are there and cannot be used: who looks at a system's processes finds out why, and that it is the
 * database.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { crm } from '../../subgraphs/crm/subgraph.ts';
import { provideDevelopmentKeys, type DevelopmentKeys } from '../../tools/development-keys.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { CHECKOUT } from '../../tools/state/state-folder.ts';
import { CHILD_ENVIRONMENT } from '../kit/child-environment.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import { startProcess, type RealProcess } from '../kit/real-process.ts';
import { runAs } from '../kit/small-shop.ts';
import { ADA, startCrm } from '../kit/start-crm.ts';
import { startSubgraph } from '../kit/start-subgraph.ts';

const UNUSABLE = 'the database cannot be used';
let folder: string;
let keys: DevelopmentKeys;
let shop: TestDatabase;
const started: RealProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-unusable-'));
  keys = await provideDevelopmentKeys(folder);
  shop = await freshDatabase('shop', 'empty');
});

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) if (child.kill('SIGKILL')) await ended;
});

afterAll(async () => {
  await shop.drop();
  await rm(folder, { recursive: true });
});

test('a subgraph whose password is wrong says so once, in a line of its own, however often it is probed', async () => {
  const subgraph = await start('subgraphs/shop/main.ts', wrongPassword(shop.runtime));
  const probe = () => fetch(new URL('/ready', subgraph.url)).then((response) => response.status);
  expect([await probe(), await probe(), await probe()]).toEqual([503, 503, 503]);
  const told = () => subgraph.logged().filter(({ msg }) => msg === UNUSABLE);
  expect(await isTrueWithin(async () => told().length > 0, PATIENCE_MS)).toBe(true);
  expect(told()).toEqual([
    expect.objectContaining({ level: 'error', err: expect.objectContaining({ code: '28P01' }) }),
  ]);
});

test('a worker whose password is wrong ends with whose password that is', async () => {
  const child = spawn(process.execPath, ['subgraphs/shop/worker.ts'], {
    cwd: CHECKOUT,
    env: { ...CHILD_ENVIRONMENT, ...environmentOf(wrongPassword(shop.worker)) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  expect([await text(child.stderr), await exited]).toEqual([
    'the database in SHOP_WORKER_DATABASE_URL cannot be used: password authentication failed for user "shop_worker"\n',
    [1, null],
  ]);
});

test.each(['subgraphs/shop/main.ts', 'subgraphs/shop/worker.ts'])(
  '%s on a host that is not this machine’s ends with what is wrong, and does not seem to mean its database',
  async (file) => {
    const child = spawn(process.execPath, [file], {
      cwd: CHECKOUT,
      env: { ...CHILD_ENVIRONMENT, ...environmentOf(shop.runtime), HOST: 'nowhere.invalid' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = once(child, 'exit');
    expect([await text(child.stderr), await exited]).toEqual([
      expect.stringMatching(
        /^HOST or METRICS_HOST names no address of this machine \(.*nowhere\.invalid.*\)\n$/,
      ),
      [1, null],
    ]);
  },
);

test('a worker that may not use its queues says why', async () => {
  const worker = await start('subgraphs/shop/worker.ts', shop.worker);
  const delivers = async () => worker.logged().some(({ msg }) => msg === 'the worker delivers');
  expect(await isTrueWithin(delivers, PATIENCE_MS)).toBe(true);
  await runAs(shop.owner, 'revoke all on all tables in schema pgboss from shop_worker');
  const reasons = () =>
    worker.logged().flatMap(({ msg, err }) => (msg === 'the queues have a problem' ? [err] : []));
  const isTold = async () => reasons().length > 0;
  expect(await isTrueWithin(isTold, PATIENCE_MS)).toBe(true);
  expect(reasons()[0]).toMatchObject({
    code: '42501',
    message: expect.stringContaining('permission denied'),
  });
});

test('a database that takes no changes now is read on, and a change may be tried again', async () => {
  const writable = await startCrm();
  const url = new URL(writable.databaseUrls.runtime);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  const readOnly = await startSubgraph(crm, url.href);
  const read = await readOnly.ask(`{ customer(id: "${ADA}") { name } }`);
  const change = `mutation { logActivity(input: { customerId: "${ADA}", kind: NOTE, subject: "x" }) { activity { id } } }`;
  const written = await readOnly.ask(change, { as: 'sales' });
  await readOnly.stop();
  await writable.stop();
  expect(read).toEqual({ data: { customer: { name: 'Ada Byron' } } });
  expect(written).toMatchObject({
    data: { logActivity: null },
    errors: [{ path: ['logActivity'], extensions: { code: 'SYSTEM_UNAVAILABLE' } }],
  });
});

async function start(file: string, databaseUrl: string): Promise<RealProcess> {
  const running = await startProcess({ file, environment: environmentOf(databaseUrl) });
  started.push(running);
  return running;
}

function environmentOf(databaseUrl: string): NodeJS.ProcessEnv {
  return {
    PORT: '0',
    SHOP_DATABASE_URL: databaseUrl,
    SHOP_WORKER_DATABASE_URL: databaseUrl,
    ACCOUNTING_SUBGRAPH_URL: 'http://127.0.0.1:1',
    CRM_SUBGRAPH_URL: 'http://127.0.0.1:1',
    CALLER_KEYS_FILE: keys.subgraphCaller('shop'),
    EVENT_KEYS_FILE: keys.eventsSentBy('shop'),
  };
}

function wrongPassword(given: string): string {
  const url = new URL(given);
  url.password = 'wrong';
  return url.href;
}
