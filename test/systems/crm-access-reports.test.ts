/**
 * The CRM with a decision log and a dry run, asked through its server: what is written and told, and that clients see
 * nothing of it.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';

import { verifyChain } from '../../subgraphs/kit/decision-chain.ts';
import { openDecisionLog, type DecisionLog } from '../../subgraphs/kit/decision-log.ts';
import { hashPermissions, type Permissions } from '../../subgraphs/kit/permissions.ts';
import { anyone } from '../../subgraphs/kit/rules.ts';
import { permissions } from '../../subgraphs/crm/permissions.ts';
import { ADA, startCrm } from '../kit/start-crm.ts';
import type { TestSubgraph } from '../kit/start-subgraph.ts';

const NAMES_FOR_ALL: Permissions = {
  ...permissions,
  fields: {
    ...permissions.fields,
    Customer: { ...permissions.fields['Customer'], name: [anyone, 'To see who would gain.'] },
  },
};

let folder: string;
let decisionLog: DecisionLog;
let crm: TestSubgraph;
const told: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crm-access-'));
  decisionLog = await openDecisionLog({
    file: path.join(folder, 'log.jsonl'),
    nowMs: () => 0,
    onProblem: (problem) => told.push(problem),
  });
  const log = pino({ base: null, timestamp: false }, { write: (line) => void told.push(JSON.parse(line)) });
  crm = await startCrm({ decisionLog, log, dryRunPermissions: NAMES_FOR_ALL });
});
afterAll(async () => {
  await crm?.stop();
  await rm(folder, { recursive: true });
});

test('each request leaves one line for each sensitive field, and an unknown role is told', async () => {
  const notes = '{ customers { nodes { name internalNotes } } }';
  expect((await crm.ask(notes, { as: 'support' })).errors).toBeUndefined();
  const { data } = await crm.ask(notes, { as: 'commerce' });
  expect(data.customers.nodes[0].internalNotes).toBeNull();
  await crm.ask('{ customers { nodes { name } } }', { as: { subject: 'x', roles: ['wizard'], scopes: [] } });
  await decisionLog.close();

  const lines = (await readFile(path.join(folder, 'log.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(await verifyChain(lines)).toMatchObject({ kind: 'whole', lines: 2 });
  const facts = lines.map((line) => JSON.parse(line));
  const line = {
    time: '1970-01-01T00:00:00.000Z',
    requestId: 'test-request',
    field: 'Customer.internalNotes',
    rule: 'holds notes:read',
    policy: hashPermissions(permissions),
    previous: expect.any(String),
    hash: expect.any(String),
  };
  expect(facts).toEqual([
    { ...line, subject: 'support', verdict: 'allowed' },
    { ...line, subject: 'commerce', verdict: 'denied' },
  ]);
  expect(told).toContainEqual({
    level: 40,
    role: 'wizard',
    msg: 'a role is not known and grants nothing',
  });
});

test('a dry run that would let in more is told, and lets in nobody', async () => {
  told.length = 0;
  const query = `{ _entities(representations: [{ __typename: "Customer", id: "${ADA}" }]) { ... on Customer { name } } }`;
  const { data } = await crm.ask(query, { as: 'warehouse' });
  expect(data).toEqual({ _entities: [null] });
  expect(told).toEqual([
    {
      level: 40,
      requestId: 'test-request',
      field: 'Customer.name',
      rule: 'holds customers:read or is this customer',
      live: 'denied',
      dryRule: 'anyone',
      dry: 'allowed',
      dryRunDifferences: 1,
      msg: 'the dry run decides otherwise',
    },
  ]);
});
