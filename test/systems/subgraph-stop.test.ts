/**
 * Subgraphs are stopped and restarted while they are asked and written to: real processes on a real database. What
 * was acknowledged is there once, and what was cut off is not there at all.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { DEVELOPMENT_ISSUER } from '../../schema/contract/development-issuer.ts';
import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import { provideDevelopmentKeys, type DevelopmentKeys } from '../../tools/development-keys.ts';
import { DEVELOPMENT_AUDIENCE, signDevelopmentToken } from '../../tools/development-token.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { startLoad } from '../kit/keep-alive-load.ts';
import { startLoadBalancer, type LoadBalancer } from '../kit/load-balancer.ts';
import { startProcess, type RealProcess } from '../kit/real-process.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const CUSTOMER = customerIdOf('C-10001');
let folder: string;
let keys: DevelopmentKeys;
let database: TestDatabase;
let owner: pg.Client;
let balancer: LoadBalancer;
let gateway: RealProcess;
let headers: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-subgraph-stop-'));
  keys = await provideDevelopmentKeys(folder);
  database = await freshDatabase('crm');
  owner = new pg.Client({ connectionString: database.owner });
  await owner.connect();
  balancer = await startLoadBalancer([]);
  const issuer = { issuer: DEVELOPMENT_ISSUER, audience: DEVELOPMENT_AUDIENCE, jwksFile: keys.issuerPublic };
  const config = {
    server: { port: 0 },
    supergraph: { file: join(import.meta.dirname, '../../schema/supergraph.graphql') },
    subgraphs: { overrides: { crm: { url: `${balancer.url}/graphql` } } },
    identity: { issuers: [issuer] },
    callerProof: { keysFile: keys.gatewayCaller },
    log: { level: 'warn' },
  };
  await writeFile(join(folder, 'gateway.yaml'), JSON.stringify(config));
  gateway = await startProcess({
    file: 'gateway/main.ts',
    flags: ['--config', join(folder, 'gateway.yaml')],
  });
  const token = await signDevelopmentToken(keys.issuer, { subject: 's', role: 'sales', lifetimeMinutes: 10 });
  headers = { authorization: `Bearer ${token}` };
});

afterAll(async () => {
  await gateway.stop();
  await balancer.stop();
  await owner.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

const started: RealProcess[] = [];
afterEach(async () => {
  await owner.query('rollback');
  for (const { child, ended } of started.splice(0)) if (child.kill('SIGKILL')) await ended;
});

async function startCrm(environment: NodeJS.ProcessEnv = {}): Promise<RealProcess> {
  const crm = await startProcess({
    file: 'subgraphs/crm/main.ts',
    environment: {
      CRM_DATABASE_URL: database.runtime,
      CALLER_KEYS_FILE: keys.subgraphCaller('crm'),
      ...environment,
    },
  });
  started.push(crm);
  return crm;
}

const originOf = ({ url }: RealProcess) => new URL(url).origin;

async function ask(query: string): Promise<unknown> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

async function valueOf(sql: string): Promise<unknown> {
  const { rows } = await owner.query<{ value: unknown }>(sql);
  return rows[0]?.value;
}

const connectionsOfCrm = () =>
  valueOf(
    `select count(*)::int as value from pg_stat_activity
     where datname = current_database() and application_name = 'tributary-crm'`,
  );

test('two instances behind a load balancer are restarted in turn: no request fails, each write is there once', async () => {
  let instances = [await startCrm(), await startCrm()];
  balancer.use(instances.map(originOf));
  const written = () => valueOf(`select count(*)::int as value from activity where subject = 'Rolling'`);
  const ask = (count: number) =>
    count % 3 === 0
      ? {
          headers,
          query: `mutation { logActivity(input: { customerId: "${CUSTOMER}", kind: NOTE, subject: "Rolling" }) { activity { subject } } }`,
        }
      : { headers, query: `{ customer(id: "${CUSTOMER}") { number } }` };
  let writes = 0;
  const accepts = (answer: string) => {
    if (answer === '{"data":{"logActivity":{"activity":{"subject":"Rolling"}}}}\n') writes += 1;
    else return answer === '{"data":{"customer":{"number":"C-10001"}}}\n';
    return true;
  };
  const load = startLoad({ url: `${gateway.url}/graphql`, clients: 4, ask, accepts });
  const letAnswer = async () => {
    const before = load.answered();
    expect(await isTrueWithin(async () => load.answered() > before + 50, PATIENCE_MS)).toBe(true);
  };
  for (let restart = 0; restart < 4; restart += 1) {
    await letAnswer();
    const [old, other] = instances;
    expect(await old!.stop()).toEqual([0, null]);
    instances = [other!, await startCrm()];
    balancer.use(instances.map(originOf));
  }
  await letAnswer();
  const { failures } = await load.end();
  await Promise.all(instances.map((instance) => instance.stop()));
  expect(failures).toEqual([]);
  expect(writes).toBeGreaterThan(0);
  expect(await written()).toBe(writes);
}, 180_000);

/** A write that waits for a lock of ours; ends when it waits. */
async function writeThatWaits(): Promise<{ readonly answer: Promise<unknown> }> {
  const version = await valueOf(`select version as value from customer where id = '${CUSTOMER}'`);
  await owner.query('begin');
  await owner.query('select from customer where id = $1 for update', [CUSTOMER]);
  const input = `{ id: "${CUSTOMER}", expectedVersion: ${String(version)}, name: "Renamed" }`;
  const answer = ask(`mutation { updateCustomer(input: ${input}) { customer { name } } }`);
  const waiting = () =>
    valueOf(
      `select count(*)::int as value from pg_locks join pg_stat_activity using (pid)
       where not granted and datname = current_database()`,
    );
  const isWaiting = async () => (await waiting()) === 1;
  if (!(await isTrueWithin(isWaiting, PATIENCE_MS))) throw new Error(JSON.stringify(await answer));
  return { answer };
}

const nameOf = () => valueOf(`select name as value from customer where id = '${CUSTOMER}'`);

test('what still runs beyond the limit takes no effect, its caller hears of it, and the exit is 1', async () => {
  const crm = await startCrm({ DRAIN_DELAY_MS: '0', SHUTDOWN_GRACE_MS: '200' });
  balancer.use([originOf(crm)]);
  const before = await nameOf();
  const { answer } = await writeThatWaits();
  expect(await crm.stop()).toEqual([1, null]);
  expect(await answer).toEqual({
    data: { updateCustomer: null },
    errors: [
      expect.objectContaining({
        path: ['updateCustomer'],
        extensions: expect.objectContaining({ subgraph: 'crm' }),
      }),
    ],
  });
  await owner.query('rollback');
  expect(await isTrueWithin(async () => (await connectionsOfCrm()) === 0, PATIENCE_MS)).toBe(true);
  expect(await nameOf()).toBe(before);
  expect(crm.logged().map(({ msg }) => msg)).toContain('requests that took too long to end were cut off');
});

/** Ends when it has heard of the stop, with a write that waits. */
async function stopDuringWrite() {
  const crm = await startCrm({ DRAIN_DELAY_MS: '0' });
  balancer.use([originOf(crm)]);
  const { answer } = await writeThatWaits();
  const ended = crm.stop();
  const isStopping = async () => crm.logged().some(({ msg }) => msg === 'the subgraph stops');
  expect(await isTrueWithin(isStopping, PATIENCE_MS)).toBe(true);
  return { crm, answer, ended };
}

test('what ends within the limit is answered and takes effect, and the exit is 0', async () => {
  const { answer, ended } = await stopDuringWrite();
  await owner.query('rollback');
  expect(await answer).toEqual({ data: { updateCustomer: { customer: { name: 'Renamed' } } } });
  expect(await ended).toEqual([0, null]);
  expect(await nameOf()).toBe('Renamed');
});

test('signals that come after the first one cut nothing short', async () => {
  const { crm, answer, ended } = await stopDuringWrite();
  for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT', 'SIGTERM'] as const) {
    crm.child.kill(signal);
    // Long enough for a signal that ends it.
    expect(await isTrueWithin(async () => crm.child.signalCode !== null, 500)).toBe(false);
  }
  await owner.query('rollback');
  expect(await answer).toMatchObject({ data: { updateCustomer: { customer: { name: 'Renamed' } } } });
  expect(await ended).toEqual([0, null]);
});

test('one that stops says so to probes while it still answers, and each answer closes its connection', async () => {
  const crm = await startCrm({ DRAIN_DELAY_MS: '1000' });
  const ready = async () => {
    const response = await fetch(`${originOf(crm)}/ready`);
    return [response.status, response.headers.get('connection'), await response.json()];
  };
  expect(await ready()).toEqual([200, 'keep-alive', { status: 'ready' }]);
  const ended = crm.stop();
  const isStopping = async () => crm.logged().some(({ msg }) => msg === 'the subgraph stops');
  expect(await isTrueWithin(isStopping, PATIENCE_MS)).toBe(true);
  expect(await ready()).toEqual([503, 'close', { status: 'stopping' }]);
  expect(await ended).toEqual([0, null]);
  await expect(ready()).rejects.toThrow('fetch failed');
});
