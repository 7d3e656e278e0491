/**
 * A subgraph that has made a change and cannot say so, because its database's answer is lost: it says that it does not
 * know, and under the same key the change is there once. Asks a real subgraph, whose database is behind a fault proxy.
 */

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import { crm } from '../../subgraphs/crm/subgraph.ts';
import { startFaultProxy, type FaultProxy } from '../../tools/faults/fault-proxy.ts';
import { withClient } from '../../tools/postgres/system-databases.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { startSubgraph, type TestSubgraph } from '../kit/start-subgraph.ts';

let database: TestDatabase;
let proxy: FaultProxy;
let subgraph: TestSubgraph;

beforeAll(async () => {
  database = await freshDatabase('crm');
  const through = new URL(database.runtime);
  proxy = await startFaultProxy({ host: through.hostname, port: Number(through.port) });
  through.port = String(proxy.port);
  subgraph = await startSubgraph(crm, through.href);
});

afterEach(() => proxy.calm());

afterAll(async () => {
  await subgraph.stop();
  await proxy.stop();
  await database.drop();
});

const UNKNOWN = { message: ERRORS.OUTCOME_UNKNOWN.says, extensions: { code: 'OUTCOME_UNKNOWN' } };

test.each([
  ['with which it is true', 'commit', ['logActivity']],
  ['of what it reads after its commit', 'from customer where id', ['logActivity', 'activity', 'customer']],
])('a change that loses the answer %s is neither denied nor made twice', async (lost, whenAsked, path) => {
  // What is open already has no fault.
  proxy.calm();
  proxy.follow(() => ({ kind: 'cutAnswer', exchange: 0, whenAsked }));
  expect(await log(lost)).toEqual({
    data: { logActivity: null },
    errors: [{ ...UNKNOWN, path, locations: expect.any(Array) }],
  });
  proxy.calm();
  const told = {
    data: { logActivity: { activity: { subject: lost, customer: { name: expect.any(String) } } } },
  };
  expect(await log(lost)).toEqual(told);
  expect(await log(lost)).toEqual(told);
  expect(await timesLogged(lost)).toBe(1);
});

test('a change that the database has not begun to commit is told to have failed, and may be made again', async () => {
  proxy.calm();
  proxy.follow(() => ({ kind: 'cutAnswer', exchange: 0, whenAsked: 'insert into activity' }));
  expect(await log('before')).toEqual({
    data: { logActivity: null },
    errors: [
      {
        message: ERRORS.SYSTEM_UNAVAILABLE.says,
        path: ['logActivity'],
        locations: expect.any(Array),
        extensions: { code: 'SYSTEM_UNAVAILABLE' },
      },
    ],
  });
  proxy.calm();
  expect(await timesLogged('before')).toBe(0);
});

function log(subject: string): Promise<unknown> {
  const text = `mutation ($input: LogActivityInput!) {
    logActivity(input: $input) { activity { subject customer { name } } }
  }`;
  const input = { customerId: customerIdOf('C-10001'), kind: 'NOTE', subject };
  return subgraph.ask(text, {
    as: 'sales',
    variables: { input },
    idempotencyKey: subject.replaceAll(' ', '-'),
  });
}

function timesLogged(subject: string): Promise<number> {
  return withClient(database.owner, async (client) => {
    const { rowCount } = await client.query('select from activity where subject = $1', [subject]);
    return rowCount ?? 0;
  });
}
