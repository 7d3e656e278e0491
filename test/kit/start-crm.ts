/**
 * A CRM of five customers, on a database of its own: enough rows for every awkward case of its lists. Knows no test.
 */

import pg from 'pg';

import { crm } from '../../subgraphs/crm/subgraph.ts';
import { customerIdOf, globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { freshDatabase, type TestDatabase } from './company-databases.ts';
import { startSubgraph, type AccessSettings, type TestSubgraph } from './start-subgraph.ts';

export const ADA = customerIdOf('C-10001');
export const BEN = customerIdOf('C-10002');
export const DEAL = globalIdOf('Deal', 'test/1');
export const ARTICLE = globalIdOf('ProductVariant', 'TEST-1');

export interface TestCrm extends TestSubgraph {
  /** As the role that owns the tables, and as the one that the subgraph has. */
  readonly databaseUrls: Pick<TestDatabase, 'owner' | 'runtime'>;
}

/** Stopping it drops its database. */
export async function startCrm(access?: AccessSettings): Promise<TestCrm> {
  const database = await freshDatabase('crm', 'empty');
  await fill(database.owner);
  const subgraph = await startSubgraph(crm, database.runtime, access);
  return {
    ...subgraph,
    databaseUrls: database,
    stop: () => subgraph.stop().then(() => database.drop()),
  };
}

async function fill(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const ines = globalIdOf('Employee', 'sales');
  const at = '2024-02-29 10:00:00.123456+00';
  await client.query(`
    insert into employee values ('${ines}', 'sales', 'Ines Falk', 'ines@tributary.example', 'Account manager');
    insert into customer (id, number, kind, name, email, phone, street, postal_code, city, country, lifecycle_stage, account_manager_id, marketing_consent, created_at, updated_at) values
      ('${ADA}', 'C-10001', 'PERSON', 'Ada Byron', 'ada@example.org', null, 'St James’s Square 12', 'SW1Y 4JH', 'London', 'GB', 'ACTIVE', '${ines}', true, '${at}', '${at}'),
      ('${BEN}', 'C-10002', 'PERSON', 'Ben Öztürk', null, null, null, null, null, null, 'LEAD', null, false, '2024-02-29 10:00:00.123457+00', now()),
      ('${customerIdOf('C-10003')}', 'C-10003', 'COMPANY', 'Carla', 'c@example.org', '1', null, null, null, null, 'ACTIVE', '${ines}', false, '${at}', now()),
      ('${customerIdOf('C-10004')}', 'C-10004', 'COMPANY', 'Dora', null, null, null, null, null, null, 'FORMER', null, false, '${at}', '${at}'),
      ('${customerIdOf('C-10005')}', 'C-10005', 'COMPANY', 'Ada Byron & Co', null, null, null, null, null, null, 'ACTIVE', null, false, '${at}', '${at}');
    update customer set name = 'Ämil' where number = 'C-10005';
    select setval('customer_number', 20000);
    insert into contact values ('${globalIdOf('Contact', '1')}', '${ADA}', 'Mary S.', null, null, null, true, '${at}');
    insert into deal (id, customer_id, title, stage, currency, value_minor, owner_id, expected_close_on, created_at, updated_at) values
      ('${DEAL}', '${ADA}', 'Engine', 'PROPOSAL', 'EUR', 259980, '${ines}', '2024-03-31', '${at}', '${at}'),
      ('${globalIdOf('Deal', 'test/2')}', '${BEN}', 'Loom', 'NEGOTIATION', 'EUR', 100, null, '2024-04-01', '${at}', '${at}');
    insert into deal_line values ('${DEAL}', 1, 'Difference engine', 2, 129990, '${ARTICLE}', 'TEST-1');`);
  await client.end();
}
