/**
 * A database that somebody else provides is used only where the subgraph will be able to, and a refusal names the
 * variable.
 */

import { randomBytes } from 'node:crypto';

import { provideGivenDatabase } from '../../../../tools/start/choose-databases.ts';
import {
  PROCESS_PARTS,
  provideDatabase,
  withClient,
  type DatabaseUrls,
} from '../../../../tools/postgres/system-databases.ts';
import { joinTestCluster } from '../../../kit/test-cluster.ts';

// Not a real system: the real ones' names belong to the templates of this run.
// Reason for the cast: as said.
const SYSTEM = 'given' as unknown as 'crm';

let urls: DatabaseUrls;
let stranger: string;

beforeAll(async () => {
  const { adminUrl } = await joinTestCluster();
  const password = () => randomBytes(12).toString('hex');
  urls = await provideDatabase(adminUrl, SYSTEM, {
    owner: password(),
    runtime: password(),
    worker: password(),
  });
  const secret = password();
  await withClient(adminUrl, (admin) =>
    admin.query(
      `create role given_stranger login password '${secret}'; grant connect on database given to given_stranger`,
    ),
  );
  stranger = Object.assign(new URL(urls.runtime), { username: 'given_stranger', password: secret }).href;
});

test('the role that migrations grant to is accepted, and so is the owner alone', async () => {
  await provideGivenDatabase(SYSTEM, urls, PROCESS_PARTS);
  const { owner } = urls;
  await provideGivenDatabase(SYSTEM, { owner, runtime: owner, worker: owner }, PROCESS_PARTS);
});

test('a role that gets none of the grants is refused at once, and accepted when it is made a member', async () => {
  const given = { ...urls, runtime: stranger };
  await expect(provideGivenDatabase(SYSTEM, given, ['runtime'])).rejects.toThrow(
    'The database in GIVEN_DATABASE_URL cannot be used: its role does not inherit from given_runtime, which the subgraph needs; grant given_runtime to it',
  );
  const { adminUrl } = await joinTestCluster();
  await withClient(adminUrl, (admin) => admin.query('grant given_runtime to given_stranger'));
  await provideGivenDatabase(SYSTEM, given, ['runtime']);
});

test('a worker that has no login of its own is told how it gets one', async () => {
  const given = { ...urls, worker: urls.runtime };
  await provideGivenDatabase(SYSTEM, given, ['runtime']);
  await expect(provideGivenDatabase(SYSTEM, given, PROCESS_PARTS)).rejects.toThrow(
    'The database in GIVEN_DATABASE_URL cannot be used: its role does not inherit from given_worker, which the worker needs; grant given_worker to it, or name a login that has it in GIVEN_WORKER_DATABASE_URL',
  );
});

test('a database that was closed before there was a worker’s role is opened to it', async () => {
  const { adminUrl } = await joinTestCluster();
  const close = 'revoke connect on database given from given_worker';
  await withClient(adminUrl, (admin) => admin.query(close));
  const connect = () => withClient(urls.worker, (worker) => worker.query('select'));
  await expect(connect()).rejects.toThrow('permission denied for database "given"');
  await provideGivenDatabase(SYSTEM, urls, PROCESS_PARTS);
  await connect();
});

test('a runtime role that cannot connect is told by its own variable', async () => {
  const runtime = Object.assign(new URL(stranger), { password: 'wrong' }).href;
  await expect(provideGivenDatabase(SYSTEM, { ...urls, runtime }, ['runtime'])).rejects.toThrow(
    'The database in GIVEN_DATABASE_URL cannot be used: password authentication failed for user "given_stranger"',
  );
});

test('an owner that may make no roles is told which one is missing', async () => {
  const { adminUrl } = await joinTestCluster();
  const asAdmin = Object.assign(new URL(adminUrl), { pathname: '/given' }).href;
  await withClient(asAdmin, (admin) => admin.query('drop owned by given_worker; drop role given_worker'));
  await expect(provideGivenDatabase(SYSTEM, urls, ['runtime'])).rejects.toThrow(
    'The database in GIVEN_OWNER_DATABASE_URL cannot be used: the role given_worker is missing and cannot be made: permission denied to create role',
  );
});
