/**
 * What a subgraph does with a request that nobody waits for any more: it stops, gives its statement up, takes nothing
 * into effect, and says so. Over real PostgreSQL.
 */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';

import { ERRORS } from '../../schema/contract/errors.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { BEN, startCrm, type TestCrm } from '../kit/start-crm.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const CHANGE = `mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { version } } }`;
const asked = { as: 'sales', variables: { input: { id: BEN, expectedVersion: 1, phone: '1' } } } as const;
const READ = '{ customerByNumber(number: "C-10002") { phone version } }';

let subgraph: TestCrm;
/** Holds what the subgraph needs. */
let holder: pg.Client;
/** Sees what the subgraph’s connections do now: as the same role, and not within a transaction. */
let observer: pg.Client;

beforeAll(async () => {
  subgraph = await startCrm();
  observer = new pg.Client({ connectionString: subgraph.databaseUrls.runtime });
  await observer.connect();
});

afterAll(async () => {
  await observer?.end();
  await subgraph?.stop();
});

beforeEach(async () => {
  holder = new pg.Client({ connectionString: subgraph.databaseUrls.owner });
  await holder.connect();
  await holder.query('begin');
});

afterEach(() => holder.end());

const tooLate = (path: readonly string[]) => ({
  message: ERRORS.SUBGRAPH_TIMED_OUT.says,
  locations: expect.anything(),
  path,
  extensions: { code: 'SUBGRAPH_TIMED_OUT' },
});

async function isAnybodyAtWork(): Promise<boolean> {
  const { rows } = await observer.query(
    `select 1 from pg_stat_activity
     where datname = current_database() and application_name = 'test' and state <> 'idle'`,
  );
  return rows.length > 0;
}

test('a change that cannot be made in time is given up, rolled back, and told to be so', async () => {
  await holder.query('select 1 from customer where id = $1 for update', [BEN]);
  expect(await subgraph.ask(CHANGE, { ...asked, timeoutMs: 300 })).toEqual({
    data: { updateCustomer: null },
    errors: [tooLate(['updateCustomer'])],
  });
  expect(await isAnybodyAtWork()).toBe(false);
  await holder.query('rollback');
  expect(await subgraph.ask(READ)).toEqual({ data: { customerByNumber: { phone: null, version: 1 } } });
});

test('a question that cannot be answered in time is given up', async () => {
  await holder.query('lock table customer in access exclusive mode');
  expect(await subgraph.ask(READ, { timeoutMs: 300 })).toEqual({
    data: { customerByNumber: null },
    errors: [tooLate(['customerByNumber'])],
  });
  expect(await isAnybodyAtWork()).toBe(false);
});

test('of several changes, none begins when the time is over', async () => {
  await holder.query('lock table customer in access exclusive mode');
  const several = `mutation {
    a: logActivity(input: { customerId: "${BEN}", kind: CALL, subject: "a" }) { activity { subject } }
    b: logActivity(input: { customerId: "${BEN}", kind: CALL, subject: "b" }) { activity { subject } }
  }`;
  const answer = await subgraph.ask(several, { as: 'sales', timeoutMs: 300 });
  expect(answer).toEqual({ data: { a: null, b: null }, errors: [tooLate(['a']), tooLate(['b'])] });
  await holder.query('rollback');
  const { rows } = await holder.query(`select subject from activity where subject in ('a', 'b')`);
  expect(rows).toEqual([]);
});

test('a caller who hangs up leaves nothing running and nothing changed', async () => {
  await holder.query('select 1 from customer where id = $1 for update', [BEN]);
  const leaving = new AbortController();
  const answer = subgraph.ask(CHANGE, { ...asked, signal: leaving.signal });
  expect(await isTrueWithin(isAnybodyAtWork, PATIENCE_MS)).toBe(true);
  leaving.abort();
  await expect(answer).rejects.toThrow('aborted');
  expect(await isTrueWithin(async () => !(await isAnybodyAtWork()), PATIENCE_MS)).toBe(true);
  await holder.query('rollback');
  expect(await subgraph.ask(READ)).toEqual({ data: { customerByNumber: { phone: null, version: 1 } } });
});

test('connections that gave a statement up go on with the next one', async () => {
  await holder.query('lock table customer in access exclusive mode');
  const late = Array.from({ length: 20 }, () => subgraph.ask(READ, { timeoutMs: 300 }));
  for (const { data } of await Promise.all(late)) expect(data).toEqual({ customerByNumber: null });
  await holder.query('rollback');
  const answers = await Promise.all(Array.from({ length: 20 }, () => subgraph.ask(READ)));
  expect(answers).toEqual(answers.map(() => ({ data: { customerByNumber: { phone: null, version: 1 } } })));
});
