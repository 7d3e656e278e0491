/**
 * A subgraph that is killed in the middle of a keyed mutation, as a real process on a real database: asked again under
 * the key, another process gives the answer of what took effect, or lets it take effect then; never twice.
 */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { followCallerKeys } from '../../gateway/upstream/caller-keys.ts';
import { createCallerProof, type CallerProof } from '../../gateway/upstream/caller-proof.ts';
import { createLogger } from '../../gateway/telemetry/create-logger.ts';
import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import { provideDevelopmentKeys, type DevelopmentKeys } from '../../tools/development-keys.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { serveCommitBlind } from '../kit/commit-blind-database.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { startProcess, type RealProcess } from '../kit/real-process.ts';
import { principalWith, type Answer } from '../kit/start-subgraph.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const CUSTOMER = customerIdOf('C-10001');

let folder: string;
let keys: DevelopmentKeys;
let database: TestDatabase;
let owner: pg.Client;
let prove: CallerProof;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-idempotent-crash-'));
  keys = await provideDevelopmentKeys(folder);
  database = await freshDatabase('crm');
  owner = new pg.Client({ connectionString: database.owner });
  await owner.connect();
  const log = createLogger({ level: 'silent' });
  const followed = followCallerKeys({ keysFile: keys.gatewayCaller }, ['crm', 'accounting', 'shop'], log);
  prove = createCallerProof(followed, { nowS: () => Math.floor(Date.now() / 1000), nonce: randomUUID });
});

afterAll(async () => {
  await owner?.end();
  await database?.drop();
  await rm(folder, { recursive: true });
});

const started: RealProcess[] = [];
afterEach(async () => {
  await owner.query('rollback');
  for (const { child, ended } of started.splice(0)) if (child.kill('SIGKILL')) await ended;
});

async function startCrm(databaseUrl: string): Promise<RealProcess> {
  const environment = { CRM_DATABASE_URL: databaseUrl, CALLER_KEYS_FILE: keys.subgraphCaller('crm') };
  const crm = await startProcess({ file: 'subgraphs/crm/main.ts', environment });
  started.push(crm);
  return crm;
}

async function kill({ child, ended }: RealProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

/** As the gateway; undefined where the connection broke. */
async function log(crm: RealProcess, subject: string): Promise<Answer | undefined> {
  const query = `mutation { logActivity(input: { customerId: "${CUSTOMER}", kind: NOTE, subject: "${subject}" }) { activity { id subject customer { number } } } }`;
  const body = JSON.stringify({ query });
  const idempotencyKey = `key of ${subject}`.replaceAll(' ', '-');
  const message = { method: 'POST', path: '/graphql', body, idempotencyKey };
  const proof = await prove(principalWith('sales'), 'crm', message);
  const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey, ...proof };
  const answered = fetch(crm.url, { method: 'POST', headers, body });
  // Reason for the cast: the test compares the whole answer itself.
  return answered.then((response) => response.json() as Promise<Answer>).catch(() => undefined);
}

async function idsOf(subject: string): Promise<readonly string[]> {
  const { rows } = await owner.query('select id from activity where subject = $1', [subject]);
  return rows.map(({ id }) => id);
}

const answerOf = (id: string | undefined, subject: string) => ({
  data: { logActivity: { activity: { id, subject, customer: { number: 'C-10001' } } } },
});

test('killed between effect and reply: who asks again gets the answer of what took effect', async () => {
  const blind = await serveCommitBlind(database.runtime);
  const first = await startCrm(blind.url);
  const committed = blind.loseNextCommit();
  const lost = log(first, 'before the reply');
  await committed;
  await kill(first);
  expect(await lost).toBeUndefined();
  await blind.stop();
  const [id] = await idsOf('before the reply');
  const second = await startCrm(database.runtime);
  expect(await log(second, 'before the reply')).toEqual(answerOf(id, 'before the reply'));
  expect(await idsOf('before the reply')).toEqual([id]);
});

test('killed before the commit: nothing took effect, and who asks again lets it', async () => {
  const first = await startCrm(database.runtime);
  await owner.query('begin');
  await owner.query('select from customer where id = $1 for update', [CUSTOMER]);
  const lost = log(first, 'before the commit');
  const isWaitedFor = async () =>
    (await owner.query('select from pg_locks where not granted')).rows.length > 0;
  expect(await isTrueWithin(isWaitedFor, PATIENCE_MS)).toBe(true);
  await kill(first);
  expect(await lost).toBeUndefined();
  await owner.query('rollback');
  const second = await startCrm(database.runtime);
  let answer: Answer | undefined;
  // PostgreSQL notices that a client is gone when it has something to tell it.
  const isDone = async () => {
    answer = await log(second, 'before the commit');
    return answer?.errors?.[0].extensions.code !== 'IDEMPOTENCY_KEY_IN_USE';
  };
  expect(await isTrueWithin(isDone, PATIENCE_MS)).toBe(true);
  const ids = await idsOf('before the commit');
  expect(answer).toEqual(answerOf(ids[0], 'before the commit'));
  expect(ids.length).toBe(1);
});
