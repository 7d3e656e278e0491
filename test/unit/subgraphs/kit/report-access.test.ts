/**
 * What is told of the rules of a running subgraph: once for each request and field, never a value, and nothing of it
 * changes an answer.
 */

import { expect, test } from '@jest/globals';
import { pino } from 'pino';

import { ANONYMOUS, type Principal } from '../../../../schema/contract/principal.ts';
import type { DecisionFacts } from '../../../../subgraphs/kit/decision-chain.ts';
import {
  hashPermissions,
  type FieldPermissions,
  type Permission,
} from '../../../../subgraphs/kit/permissions.ts';
import { reportAccess } from '../../../../subgraphs/kit/report-access.ts';
import { objectRule } from '../../../../subgraphs/kit/rule.ts';
import { anyone, holds } from '../../../../subgraphs/kit/rules.ts';
import { askWith, deniedAt, guardSdl, WHY } from '../../../kit/guard-sdl.ts';

const open: Permission = [anyone, WHY];
const notes: Permission = [holds('notes:read'), WHY, { sensitive: true }];
const first: Permission = [
  objectRule('first', 'The first.', (_principal, { id }) => id === '1'),
  WHY,
  { sensitive: true },
];
const crashing: Permission = [
  objectRule('crashing', 'Throws.', () => {
    throw new Error('lost');
  }),
  WHY,
];
const staff: Principal = { subject: 'grace', roles: ['support'], scopes: ['notes:read'] };

const LIVE = {
  Query: { things: open },
  Mutation: { write: open },
  Thing: { id: open, notes, cost: first, crash: crashing },
} satisfies FieldPermissions;

interface Watched {
  readonly fields?: FieldPermissions;
  readonly dry?: FieldPermissions;
}

function watch({ fields = LIVE, dry }: Watched) {
  const lines: Record<string, unknown>[] = [];
  const written: Omit<DecisionFacts, 'time'>[] = [];
  const permissions = { owner: 'commerce', fields } as const;
  const report = reportAccess({
    log: pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) }),
    permissions,
    dryRunPermissions: dry && { owner: 'commerce', fields: dry },
    decisionLog: { append: (entries) => void written.push(...entries), close: async () => undefined },
  });
  const rows = ['1', '2'].map((id) => ({ id, notes: `secret ${id}`, cost: 'secret', crash: 'secret' }));
  const schema = guardSdl(
    {
      sdl: 'type Query { things: [Thing] } type Mutation { write: Thing } type Thing { id: ID notes: String cost: String crash: String }',
      resolvers: { Query: { things: () => rows }, Mutation: { write: () => rows[0] } },
      fields,
    },
    report.guardOptions,
  );
  const ask = async (query: string, principal: Principal, requestId = 'r1') => {
    const context = { principal, requestId };
    const answer = await askWith(schema, query, context);
    report.finish(context);
    return answer;
  };
  const policy = hashPermissions(permissions);
  return { lines, written, ask, report, policy };
}

test('a sensitive field is written down once for each request, with who and by which rule of which policy', async () => {
  const { written, ask, policy } = watch({});
  await ask('{ things { notes again: notes } more: things { notes } }', staff);
  await ask('{ things { id notes } }', ANONYMOUS, 'r2');
  const field = 'Thing.notes';
  const rule = 'holds notes:read';
  expect(written).toEqual([
    { subject: 'grace', requestId: 'r1', field, rule, verdict: 'allowed', policy },
    { subject: 'anonymous', requestId: 'r2', field, rule, verdict: 'denied', policy },
  ]);
});

test('where some objects are allowed and some are not, the line says partly', async () => {
  const { written, ask, policy } = watch({});
  await ask('{ things { cost notes } }', staff);
  expect(written).toEqual([
    { subject: 'grace', requestId: 'r1', field: 'Thing.cost', rule: 'first', verdict: 'partly', policy },
    {
      subject: 'grace',
      requestId: 'r1',
      field: 'Thing.notes',
      rule: 'holds notes:read',
      verdict: 'allowed',
      policy,
    },
  ]);
});

test('what refuses a mutation is written down', async () => {
  const { written, ask, policy } = watch({});
  await ask('mutation { write { id notes } }', ANONYMOUS);
  expect(written).toEqual([
    {
      subject: 'anonymous',
      requestId: 'r1',
      field: 'Thing.notes',
      rule: 'holds notes:read',
      verdict: 'denied',
      policy,
    },
  ]);
});

test('what is not sensitive is not written down, and what nobody asked for neither', async () => {
  const { written, ask } = watch({});
  await ask('{ things { id } }', staff);
  expect(written).toEqual([]);
});

test('a dry run tells once for each request and field where it differs, and changes nothing', async () => {
  const dry = { ...LIVE, Thing: { ...LIVE.Thing, id: notes, notes: open } };
  const { lines, ask } = watch({ dry });
  expect(await ask('{ things { id notes } }', ANONYMOUS)).toEqual({
    data: {
      things: [
        { id: '1', notes: null },
        { id: '2', notes: null },
      ],
    },
    errors: [0, 1].map((index) => deniedAt(['things', index, 'notes'], 'Thing.notes', notes)),
  });
  const told = { level: 40, requestId: 'r1', msg: 'the dry run decides otherwise' };
  expect(lines).toEqual([
    {
      ...told,
      field: 'Thing.id',
      rule: 'anyone',
      live: 'allowed',
      dryRule: 'holds notes:read',
      dry: 'denied',
      dryRunDifferences: 1,
    },
    {
      ...told,
      field: 'Thing.notes',
      rule: 'holds notes:read',
      live: 'denied',
      dryRule: 'anyone',
      dry: 'allowed',
      dryRunDifferences: 2,
    },
  ]);
  await ask('{ things { id } }', ANONYMOUS, 'r2');
  expect(lines.at(-1)).toMatchObject({ requestId: 'r2', dryRunDifferences: 5 });
});

test('a dry run that agrees tells nothing, and one whose rule throws changes nothing', async () => {
  const same = watch({ dry: LIVE });
  await same.ask('{ things { id notes cost } }', staff);
  expect(same.lines).toEqual([]);
  const { lines, ask } = watch({ dry: { ...LIVE, Thing: { ...LIVE.Thing, id: crashing } } });
  expect(await ask('{ things { id } }', staff)).toEqual({ data: { things: [{ id: '1' }, { id: '2' }] } });
  expect(lines).toMatchObject([{ field: 'Thing.id', live: 'allowed', dry: 'failed' }]);
});

test('a dry run that is not whole does not start', () => {
  expect(() => watch({ dry: { Query: { things: open } } })).toThrow(
    'permissions of the dry run are not whole:',
  );
});

test('a rule that throws is logged with its cause and counted', async () => {
  const { lines, ask } = watch({});
  await ask('{ things { crash } }', staff);
  const told = { level: 50, rule: 'crashing', requestId: 'r1', msg: 'a rule failed' };
  const err = expect.objectContaining({ message: 'lost' });
  expect(lines).toEqual([
    { ...told, err, ruleFaults: 1 },
    { ...told, err, ruleFaults: 2 },
  ]);
});

test('a role that nobody knows is told once', () => {
  const { lines, report } = watch({});
  for (const roles of [['wizard', 'sales'], ['wizard'], ['witch', 'wizard']])
    report.onPrincipal({ subject: 's', roles, scopes: [] });
  const msg = 'a role is not known and grants nothing';
  expect(lines).toEqual([
    { level: 40, role: 'wizard', msg },
    { level: 40, role: 'witch', msg },
  ]);
});

test('no value stands in anything that is told', async () => {
  const { lines, written, ask } = watch({ dry: { ...LIVE, Thing: { ...LIVE.Thing, notes: open } } });
  await ask('{ things { id notes cost crash } }', ANONYMOUS);
  expect(lines.length + written.length).toBeGreaterThan(3);
  expect(JSON.stringify([lines, written])).not.toContain('secret');
});
