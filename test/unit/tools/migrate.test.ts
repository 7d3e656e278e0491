/**
 * What is wrong with an address is said by its variable, before the tables of any system are touched; and several may
 * migrate at once.
 */

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';

import { withClient } from '../../../tools/postgres/system-databases.ts';
import { CHECKOUT } from '../../../tools/state/state-folder.ts';
import { migrateSystem } from '../../../tools/systems/migrate-system.ts';
import { CHILD_ENVIRONMENT } from '../../kit/child-environment.ts';
import { freshCompany } from '../../kit/company-databases.ts';
import { joinTestCluster } from '../../kit/test-cluster.ts';

let databases: Awaited<ReturnType<typeof freshCompany>>;
let adminUrl: string;

beforeAll(async () => {
  databases = await freshCompany('empty');
  ({ adminUrl } = await joinTestCluster());
});

afterAll(async () => {
  for (const { drop } of Object.values(databases)) await drop();
});

function migrate(others: NodeJS.ProcessEnv = {}) {
  const addresses = Object.entries(databases).flatMap(([system, { owner, runtime, worker }]) => [
    [`${system.toUpperCase()}_DATABASE_URL`, runtime],
    [`${system.toUpperCase()}_OWNER_DATABASE_URL`, owner],
    [`${system.toUpperCase()}_WORKER_DATABASE_URL`, worker],
  ]);
  const env = { ...CHILD_ENVIRONMENT, ...Object.fromEntries(addresses), ...others };
  const command = [path.join(CHECKOUT, 'tools/run.js'), 'migrate'];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const refusal = (sentence: string) => ({ status: 1, stdout: '', stderr: `${sentence}\n` });
const wrongly = (url: string) => Object.assign(new URL(url), { password: 'wrong' }).href;

test('a wrong password of the last system stops it before the first', () => {
  const { owner, runtime, worker } = databases.shop;
  const says = (variable: string, role: string) =>
    refusal(
      `The database in ${variable} cannot be used: password authentication failed for user "shop_${role}"`,
    );
  expect(migrate({ SHOP_OWNER_DATABASE_URL: wrongly(owner) })).toEqual(
    says('SHOP_OWNER_DATABASE_URL', 'owner'),
  );
  expect(migrate({ SHOP_DATABASE_URL: wrongly(runtime) })).toEqual(says('SHOP_DATABASE_URL', 'runtime'));
  expect(migrate({ SHOP_WORKER_DATABASE_URL: wrongly(worker) })).toEqual(
    says('SHOP_WORKER_DATABASE_URL', 'worker'),
  );
});

test('the databases that nothing names are listed by their variables', () => {
  expect(migrate({ CRM_DATABASE_URL: '', SHOP_DATABASE_URL: '' })).toEqual(
    refusal('The address of a database is missing: set CRM_DATABASE_URL, SHOP_DATABASE_URL.'),
  );
});

test('a login of the subgraph that may not do the worker’s work does not stand in for it', () => {
  expect(migrate({ CRM_WORKER_DATABASE_URL: '' })).toEqual(
    refusal(
      'The database in CRM_DATABASE_URL cannot be used: its role does not inherit from crm_worker, which the worker needs; grant crm_worker to it, or name a login that has it in CRM_WORKER_DATABASE_URL',
    ),
  );
});

test('a database that takes no changes is said to be one', async () => {
  const { owner } = databases.shop;
  const name = new URL(owner).pathname.slice(1);
  const alter = (change: string) =>
    withClient(adminUrl, (admin) => admin.query(`alter database "${name}" ${change}`));
  await alter('set default_transaction_read_only = on');
  const outcome = migrate();
  await alter('reset default_transaction_read_only');
  expect(outcome).toEqual(
    refusal('The database in SHOP_OWNER_DATABASE_URL cannot be used: it takes no changes (read-only)'),
  );
  expect(migrate()).toMatchObject({ status: 0, stderr: '' });
});

test('an administrator who is not let in is not waited for, nor is what is no address', () => {
  expect(migrate({ ADMIN_DATABASE_URL: wrongly(adminUrl) })).toEqual(
    refusal(
      'The server in ADMIN_DATABASE_URL cannot be used: password authentication failed for user "postgres"',
    ),
  );
  for (const variable of [
    'ADMIN_DATABASE_URL',
    'SHOP_DATABASE_URL',
    'SHOP_OWNER_DATABASE_URL',
    'SHOP_WORKER_DATABASE_URL',
  ])
    expect(migrate({ [variable]: 'nonsense' })).toEqual(refusal(`${variable} must be a postgres:// URL.`));
});

test('of several that make the same tables at once each finds them made', async () => {
  const name = `shop_made_at_once_${randomBytes(4).toString('hex')}`;
  const owner = Object.assign(new URL(databases.shop.owner), { pathname: `/${name}` }).href;
  await withClient(adminUrl, (admin) => admin.query(`create database ${name} owner shop_owner`));
  try {
    await Promise.all([1, 2, 3, 4].map(() => migrateSystem('shop', owner)));
    // Now there is nothing to do but to grant.
    await Promise.all([1, 2, 3, 4].map(() => migrateSystem('shop', owner)));
  } finally {
    await withClient(adminUrl, (admin) => admin.query(`drop database ${name} with (force)`));
  }
});
