/**
 * The records of idempotency keys over real PostgreSQL: whatever happens at the same moment, at most one effect and one
 * answer for each key; forgotten when they are old, and not before.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import pg from 'pg';

import { openDatabase, type Database, type Transaction } from '../../subgraphs/kit/database.ts';
import { forgetOldKeys } from '../../subgraphs/kit/forget-keys.ts';
import { takeEffectOnce } from '../../subgraphs/kit/idempotency.ts';
import { KnownError } from '../../subgraphs/kit/known-error.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';

let crm: TestDatabase;
let owner: pg.Client;
let database: Database;

beforeAll(async () => {
  crm = await freshDatabase('crm', 'empty');
  owner = new pg.Client({ connectionString: crm.owner });
  await owner.connect();
  await owner.query(`
    create table effect (subject text, key text, given text, number bigint generated always as identity);
    grant select, insert on effect to crm_runtime`);
  database = openDatabase({ url: crm.runtime, applicationName: 'test' });
});

afterAll(async () => {
  await database?.destroy();
  await owner?.end();
  await crm?.drop();
});

test('old keys are forgotten, by several at once, and young ones are not', async () => {
  await owner.query(`insert into idempotency_record
    select 'anna', 'pay', 'pay', n::text, '', '1', now() - make_interval(days => n % 10) from generate_series(1, 5000) n`);
  const counts = await Promise.all([forgetOldKeys(database, 7), forgetOldKeys(database, 7)]);
  expect(counts[0] + counts[1]).toBe(1500);
  const { rows } = await owner.query(
    'select distinct extract(day from now() - created_at)::integer as days from idempotency_record order by days',
  );
  expect(rows.map(({ days }) => days)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test.each([
  [
    'forget a key of today',
    `delete from idempotency_record where created_at > now() - interval '1 day' returning key`,
    [],
  ],
  ['change an answer', `update idempotency_record set answer = '2'`, 'permission denied'],
  [
    'store a key as an old one',
    `insert into idempotency_record (subject, field, response_key, key, arguments_hash, answer, created_at) values ('a', 'b', 'c', 'd', '', '1', '2000-01-01')`,
    'permission denied',
  ],
])('the runtime role cannot %s', async (_what, statement, expected) => {
  const runtime = new pg.Client({ connectionString: crm.runtime });
  await runtime.connect();
  try {
    const outcome = await runtime.query(statement).then(
      ({ rows }) => rows,
      (error: unknown) => String(error),
    );
    if (typeof expected === 'string') expect(outcome).toContain(expected);
    else expect(outcome).toEqual(expected);
  } finally {
    await runtime.end();
  }
});

/** What one client does; they all start at the same moment. */
interface Attempt {
  readonly subject: 'anna' | 'ben';
  readonly key: 'k1' | 'k2';
  readonly given: 'x' | 'y';
  readonly fails: boolean;
}

test('whatever several clients do with few keys, each key has at most one effect and one answer', async () => {
  const attempt = fc.record<Attempt>({
    subject: fc.constantFrom('anna', 'ben'),
    key: fc.constantFrom('k1', 'k2'),
    given: fc.constantFrom('x', 'y'),
    fails: fc.boolean(),
  });
  let run = 0;
  const rounds = fc.array(fc.array(attempt, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(rounds, async (given) => {
      run += 1;
      const outcomes: { readonly name: string; readonly given: string; readonly outcome: string }[] = [];
      for (const round of given)
        outcomes.push(...(await Promise.all(round.map((each) => tryOnce(each, run)))));
      const { rows } = await owner.query(
        'select subject, split_part(key, $1, 1) as key, given, number::text from effect where key like $2',
        ['/', `%/${run}`],
      );
      const effects = new Map(rows.map((row) => [`${row.subject} ${row.key}`, row]));
      expect(effects.size).toBe(rows.length);
      for (const { name, given: asked, outcome } of outcomes) {
        const effect = effects.get(name);
        if (outcome === 'Error: failed' || outcome === 'IDEMPOTENCY_KEY_IN_USE') continue;
        const expected = asked === effect?.given ? effect?.number : 'IDEMPOTENCY_KEY_REUSED';
        expect({ name, asked, outcome }).toEqual({ name, asked, outcome: expected });
      }
    }),
    { seed: 20261122, numRuns: 60 },
  );
});

/** Gives the number of the effect, or why there is none. */
async function tryOnce({ subject, key: name, given, fails }: Attempt, run: number) {
  const call = { subject, field: 'pay', responseKey: 'pay', key: `${name}/${run}`, given: { given } };
  const effect = async (transaction: Transaction) => {
    const { rows } = await sql<{ number: bigint }>`
      insert into effect (subject, key, given) values (${subject}, ${call.key}, ${given}) returning number`.execute(
      transaction,
    );
    if (fails) throw new Error('failed');
    return rows[0];
  };
  const outcome = await database
    .transaction()
    .execute((transaction) => takeEffectOnce(transaction, call, () => effect(transaction)))
    .then(
      // Reason for the cast: it is what the effect above gives.
      (answer) => String((answer as { readonly number: bigint }).number),
      (error: unknown) => (error instanceof KnownError ? error.code : String(error)),
    );
  return { name: `${subject} ${name}`, given, outcome };
}
