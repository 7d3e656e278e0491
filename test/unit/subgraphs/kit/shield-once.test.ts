/**
 * How often rules run: what the principal decides once in a request, what the object decides once for each object, and
 * what has to load together. And what becomes of one that throws.
 */

import DataLoader from 'dataloader';
import { expect, test } from '@jest/globals';

import type { Principal } from '../../../../schema/contract/principal.ts';
import { rule } from '../../../../subgraphs/kit/graphql-shield.ts';
import type { RuleFault } from '../../../../subgraphs/kit/judge.ts';
import type { Permission } from '../../../../subgraphs/kit/permissions.ts';
import {
  anyOf,
  argumentsRule,
  objectRule,
  principalRule,
  type Rule,
  type RuleContext,
} from '../../../../subgraphs/kit/rule.ts';
import { anyone, holds } from '../../../../subgraphs/kit/rules.ts';
import { ask, askWith, deniedAt, failedAt, guardSdl, WHY } from '../../../kit/guard-sdl.ts';

const open: Permission = [anyone, WHY];
const somebody: Principal = { subject: 's', roles: [], scopes: [] };
const ids = ['1', '2', '3'];

/** Three things, whose fields a and b have that rule, and the faults that were told. */
function things(guarding: Rule) {
  const faults: RuleFault[] = [];
  const permission: Permission = [guarding, WHY];
  const schema = guardSdl(
    {
      sdl: 'type Query { things: [Thing] } type Thing { id: ID a(x: Int): String b: String inner: Thing }',
      resolvers: {
        Query: { things: () => ids.map((id) => ({ id, a: 'a', b: 'b' })) },
        Thing: { inner: (row: object) => row },
      },
      fields: { Query: { things: open }, Thing: { id: open, a: permission, b: permission, inner: open } },
    },
    { onFault: (fault) => faults.push(fault) },
  );
  return { schema, faults, permission };
}

function counted(answer: boolean) {
  const calls: unknown[] = [];
  const test = (object: unknown) => {
    calls.push(object);
    return answer;
  };
  return { calls, test };
}

test('what the principal decides is judged once in a request', async () => {
  const { calls, test: judge } = counted(true);
  const { schema } = things(principalRule('p', 'P.', judge));
  await ask(schema, '{ things { a b } }', somebody);
  await ask(schema, '{ things { a b } }', somebody);
  expect(calls).toEqual([somebody, somebody]);
});

test('a principal who is replaced in the midst of a request is judged for themselves', async () => {
  const context: { principal: Principal } = { principal: { ...somebody, scopes: ['costs:read'] } };
  const costs: Permission = [holds('costs:read'), WHY];
  const swap = () => {
    context.principal = somebody;
    return 'swapped';
  };
  const schema = guardSdl({
    sdl: 'type Query { before: String swap: String after: String }',
    resolvers: { Query: { before: () => 'b', swap, after: () => 'a' } },
    fields: { Query: { before: costs, swap: open, after: costs } },
  });
  expect(await askWith(schema, '{ before swap after }', context)).toEqual({
    data: { before: 'b', swap: 'swapped', after: null },
    errors: [deniedAt(['after'], 'Query.after', costs)],
  });
});

test('a request that never asks for the field never asks the rule', async () => {
  const { calls, test: judge } = counted(true);
  await ask(things(principalRule('p', 'P.', judge)).schema, '{ things { id } }', somebody);
  expect(calls).toEqual([]);
});

test('what the object decides is judged once for each object, however many fields ask', async () => {
  const { calls, test: judge } = counted(true);
  const { schema } = things(objectRule('o', 'O.', (_principal, { id }) => judge(id)));
  await ask(schema, '{ things { a b inner { b inner { a } } again: a } }', somebody);
  expect(calls).toEqual(ids);
});

test('no object is judged where the principal decides already', async () => {
  const { calls, test: judge } = counted(false);
  const either = anyOf(
    'either',
    'E.',
    objectRule('o', 'O.', (_principal, { id }) => judge(id)),
    principalRule('p', 'P.', () => true),
  );
  await ask(things(either).schema, '{ things { a b } }', somebody);
  expect(calls).toEqual([]);
});

test('two rules that share a part share what it says', async () => {
  const { calls, test: judge } = counted(true);
  const part = principalRule('p', 'P.', judge);
  const never = objectRule('never', 'N.', () => false);
  const schema = guardSdl({
    sdl: 'type Query { a: String b: String }',
    fields: { Query: { a: [anyOf('1', '', never, part), WHY], b: [anyOf('2', '', part, never), WHY] } },
  });
  await ask(schema, '{ a b }', somebody);
  expect(calls).toEqual([somebody]);
});

test('arguments are judged anew for each field', async () => {
  const small = argumentsRule('small', 'S.', (_principal, { x }) => x === 1);
  const { schema, permission } = things(small);
  const answer = await ask(schema, '{ things { one: a(x: 1) two: a(x: 2) } }', somebody);
  expect(answer).toEqual({
    data: { things: ids.map(() => ({ one: 'a', two: null })) },
    errors: ids.map((_id, index) => deniedAt(['things', index, 'two'], 'Thing.a', permission)),
  });
});

test('a rule that loads is asked for all objects together', async () => {
  const batches: (readonly unknown[])[] = [];
  const owners = new DataLoader<unknown, boolean>(async (keys) => {
    batches.push(keys);
    return keys.map((key) => key !== '2');
  });
  interface Loading extends RuleContext {
    readonly owners: typeof owners;
  }
  const owned = objectRule('owned', 'Loads.', (_principal, { id }, context) =>
    // Reason for the cast: the context of this test has it.
    (context as Loading).owners.load(id),
  );
  const { schema, permission } = things(owned);
  const context: Loading = { principal: somebody, owners };
  expect(await askWith(schema, '{ things { id a b } }', context)).toEqual({
    data: { things: ids.map((id) => (id === '2' ? { id, a: null, b: null } : { id, a: 'a', b: 'b' })) },
    errors: ['a', 'b'].map((name) => deniedAt(['things', 1, name], `Thing.${name}`, permission)),
  });
  expect(batches).toEqual([ids]);
});

const failing = () => {
  throw new Error('the rule read secret 4711');
};

test.each<[string, Rule, number]>([
  ['of the principal', principalRule('failing', 'F.', failing), 1],
  ['of the object', objectRule('failing', 'F.', failing), ids.length],
  ['that loads', objectRule('failing', 'F.', async () => failing()), ids.length],
  [
    'of plain shield',
    { name: 'plain', says: '', needs: 'object', shield: rule('failing', { cache: 'no_cache' })(failing) },
    ids.length,
  ],
])(
  'a rule %s that throws denies as a fault of ours, and each throw is told',
  async (_what, throwing, count) => {
    const { schema, faults } = things(throwing);
    const answer = await ask(schema, '{ things { a } }', somebody);
    expect(answer).toEqual({
      data: { things: ids.map(() => ({ a: null })) },
      errors: ids.map((_id, index) => failedAt(['things', index, 'a'])),
    });
    const told = faults.map(({ rule: name, error, context }) => [
      name,
      String(error.originalError),
      context.principal,
    ]);
    expect(told).toEqual(
      Array.from({ length: count }, () => ['failing', 'Error: the rule read secret 4711', somebody]),
    );
  },
);

test.each([
  ['no scopes', undefined],
  ['a text of scopes', 'a costs:read b'],
  ['null', null],
])('%s grant what nobody signed in has', async (_what, scopes) => {
  const { schema, permission, faults } = things(holds('costs:read'));
  // Reason for the cast: this is what a token may hold that nobody checked.
  const principal = { ...somebody, scopes } as unknown as Principal;
  const answer = await ask(schema, '{ things { id a } }', principal);
  expect(answer).toEqual({
    data: { things: ids.map((id) => ({ id, a: null })) },
    errors: ids.map((_id, index) => deniedAt(['things', index, 'a'], 'Thing.a', permission)),
  });
  expect(faults).toEqual([]);
});
