/**
 * A database that somebody else provides is used only where the subgraph will be able to, and a refusal names the
 * variable.
 */

import { randomBytes } from 'node:crypto';

import { provideGivenDatabase } from '../../../../tools/start/choose-databases.ts';
import {
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
  urls = await provideDatabase(adminUrl, SYSTEM, { owner: password(), runtime: password() });
  const secret = password();
  await withClient(adminUrl, (admin) =>
    admin.query(
      `create role given_stranger login password '${secret}'; grant connect on database given to given_stranger`,
    ),
  );
  stranger = Object.assign(new URL(urls.runtime), { username: 'given_stranger', password: secret }).href;
});

test('the role that migrations grant to is accepted, and so is the owner alone', async () => {
  await provideGivenDatabase(SYSTEM, urls);
  await provideGivenDatabase(SYSTEM, { owner: urls.owner, runtime: urls.owner });
});

test('a role that gets none of the grants is refused at once, and accepted when it is made a member', async () => {
  const given = { ...urls, runtime: stranger };
  await expect(provideGivenDatabase(SYSTEM, given)).rejects.toThrow(
    'The database in GIVEN_DATABASE_URL cannot be used: its role does not inherit from given_runtime, which may read the tables; grant given_runtime to it',
  );
  const { adminUrl } = await joinTestCluster();
  await withClient(adminUrl, (admin) => admin.query('grant given_runtime to given_stranger'));
  await provideGivenDatabase(SYSTEM, given);
});

test('a runtime role that cannot connect is told by its own variable', async () => {
  const runtime = Object.assign(new URL(stranger), { password: 'wrong' }).href;
  await expect(provideGivenDatabase(SYSTEM, { ...urls, runtime })).rejects.toThrow(
    'The database in GIVEN_DATABASE_URL cannot be used: password authentication failed for user "given_stranger"',
  );
});
