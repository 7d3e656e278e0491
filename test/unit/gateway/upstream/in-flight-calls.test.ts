/** Who shares a call that is under way, and who does not. Asks a real subgraph through the real client. */

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Principal } from '../../../../schema/contract/principal.ts';
import { createLogger } from '../../../../gateway/telemetry/create-logger.ts';
import type { SubgraphClient, CallContext } from '../../../../gateway/upstream/subgraph-client.ts';
import { clientOf } from '../../../kit/client-of.ts';
import { behaving, serve, type ServedSubgraph } from '../../../kit/fake-subgraph.ts';
import { accounting } from '../../../kit/small-company.ts';

const QUERY = JSON.stringify({ query: '{ accounts }' });
const MUTATION = JSON.stringify({ query: 'mutation { __typename }' });
const log = createLogger({ level: 'silent' }, { write: () => undefined });

let subgraph: ServedSubgraph;
let client: SubgraphClient;
let open: () => void;

beforeEach(async () => {
  const gate = new Promise<void>((resolve) => (open = resolve));
  const gated = behaving(accounting, async (_answer, response, { body }) => {
    if (body.query.startsWith('{')) await gate;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"accounts":7}}');
  });
  subgraph = await serve(gated);
  client = clientOf(subgraph, { timeoutMs: 5_000, deduplicate: true });
});

afterEach(async () => {
  open();
  await client.close();
  await subgraph.stop();
});

const ADA: Principal = { subject: 'ada', roles: [], scopes: ['credit:read'] };

function asked(principal: Principal, signal = new AbortController().signal): CallContext {
  return { requestId: 'test', principal, signal, log };
}

const SEVEN = { kind: 'answered', data: { accounts: 7 }, errors: [] };

test('the same question of one principal at one moment is one call, and each has an answer of its own', async () => {
  const asking = [client.ask(QUERY, asked(ADA)), client.ask(QUERY, asked({ ...ADA }))];
  open();
  const [one, other] = await Promise.all(asking);
  expect([one, other]).toEqual([SEVEN, SEVEN]);
  expect(one).not.toBe(other);
  expect(subgraph.received).toHaveLength(1);
});

test.each<[string, Principal]>([
  ['another principal', { ...ADA, subject: 'bruno' }],
  ['the same principal with other scopes', { ...ADA, scopes: [] }],
  ['the same principal for another customer', { ...ADA, customerId: 'cus_1' }],
])('%s has a call of its own', async (_who, principal) => {
  const asking = [client.ask(QUERY, asked(ADA)), client.ask(QUERY, asked(principal))];
  open();
  expect(await Promise.all(asking)).toEqual([SEVEN, SEVEN]);
  expect(subgraph.received).toHaveLength(2);
});

test('a mutation is never shared, and nothing that was asked before it answers what is asked after it', async () => {
  const before = client.ask(QUERY, asked(ADA));
  await Promise.all([1, 2].map(() => client.ask(MUTATION, asked(ADA), { effect: 'each time' })));
  const after = client.ask(QUERY, asked(ADA));
  open();
  expect(await Promise.all([before, after])).toEqual([SEVEN, SEVEN]);
  expect(subgraph.received).toHaveLength(4);
});

test('an asker who leaves takes nothing from the others', async () => {
  const leaving = new AbortController();
  const left = client.ask(QUERY, asked(ADA, leaving.signal));
  const stayed = client.ask(QUERY, asked(ADA));
  leaving.abort();
  expect(await left).toMatchObject({ kind: 'failed' });
  open();
  expect(await stayed).toEqual(SEVEN);
});

test('a call whose request has little time left is nobody else’s, so that nobody is late with it', async () => {
  const deadlineMs = performance.now() + 300;
  const hurried = client.ask(QUERY, { ...asked(ADA), deadlineMs });
  const asking = [1, 2].map(() => client.ask(QUERY, asked(ADA)));
  expect(await hurried).toMatchObject({ kind: 'failed', error: { code: 'SUBGRAPH_TIMED_OUT' } });
  open();
  expect(await Promise.all(asking)).toEqual([SEVEN, SEVEN]);
  expect(subgraph.received).toHaveLength(2);
});

test('a call that everybody has left is given up, and the next asker has a new one', async () => {
  const leaving = new AbortController();
  const left = client.ask(QUERY, asked(ADA, leaving.signal));
  leaving.abort();
  expect(await left).toMatchObject({ kind: 'failed' });
  open();
  expect(await client.ask(QUERY, asked(ADA))).toEqual(SEVEN);
});
