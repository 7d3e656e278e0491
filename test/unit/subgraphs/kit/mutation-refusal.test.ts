/**
 * A mutation that asks for anything that is refused is refused whole, before any effect.
 */

import { beforeEach, expect, test } from '@jest/globals';
import { graphql } from 'graphql';

import { ANONYMOUS, type Principal } from '../../../../schema/contract/principal.ts';
import type { Permission } from '../../../../subgraphs/kit/permissions.ts';
import { argumentsRule, objectRule, principalRule } from '../../../../subgraphs/kit/rule.ts';
import { anyone, holds } from '../../../../subgraphs/kit/rules.ts';
import { ask, deniedAt, failedAt, guardSdl, WHY } from '../../../kit/guard-sdl.ts';

const open: Permission = [anyone, WHY];
const notes: Permission = [holds('notes:read'), WHY];
const costs: Permission = [holds('costs:read'), WHY];
const own: Permission = [objectRule('own', 'Of the object.', () => false), WHY];
const named: Permission = [argumentsRule('named', 'Reads it.', (_principal, { id }) => id === 'mine'), WHY];
const broken: Permission = [
  principalRule('broken', 'Throws.', () => {
    throw new Error('lost');
  }),
  WHY,
];

const staff: Principal = { subject: 's', roles: [], scopes: ['notes:read'] };
const written = {
  __typename: 'Thing',
  id: '1',
  notes: 'n',
  cost: 'c',
  own: 'o',
  inner: { id: '2', notes: 'm' },
};
let effects: string[];
beforeEach(() => {
  effects = [];
});

const schema = guardSdl({
  sdl: `
    type Query { things: [Thing] }
    type Mutation { first: Payload second(id: String): Payload search: Found union: Any }
    type Payload { thing: Thing }
    interface Found { id: ID notes: String }
    union Any = Thing | Other
    type Thing implements Found { id: ID notes: String cost: String own: String broken: String inner: Thing }
    type Other implements Found { id: ID notes: String cost: String }
  `,
  resolvers: {
    Mutation: Object.fromEntries(
      ['first', 'second', 'search', 'union'].map((name) => [
        name,
        () => {
          effects.push(name);
          return { ...written, thing: written };
        },
      ]),
    ),
    Found: { __resolveType: () => 'Thing' },
    Any: { __resolveType: () => 'Thing' },
  },
  fields: {
    Query: { things: open },
    Mutation: { first: open, second: named, search: open, union: open },
    Payload: { thing: open },
    Thing: { id: open, notes, cost: costs, own, broken, inner: open },
    Other: { id: open, notes: open, cost: costs },
  },
});

test.each([
  ['deep below', 'mutation { first { thing { inner { notes } } } }'],
  ['under another name', 'mutation { first { thing { id: notes } } }'],
  ['in an inline fragment', 'mutation { first { ... { thing { ... on Thing { notes } } } } }'],
  ['in a named fragment', 'mutation { first { ...P } } fragment P on Payload { thing { notes } }'],
  ['behind @include(if: true)', 'mutation { first { thing { notes @include(if: true) } } }'],
  [
    'in a fragment that stands there twice',
    'mutation { first { ...P ...P } } fragment P on Payload { thing { notes } }',
  ],
])('a refused field %s refuses the mutation before its effect', async (_where, query) => {
  expect(await ask(schema, query, ANONYMOUS)).toEqual({
    data: { first: null },
    errors: [deniedAt(['first'], 'Thing.notes', notes)],
  });
  expect(effects).toEqual([]);
});

test('one refused field refuses all mutations of the request', async () => {
  const query = 'mutation { first { thing { id } } again: first { thing { notes } } }';
  expect(await ask(schema, query, ANONYMOUS)).toEqual({
    data: { first: null, again: null },
    errors: [deniedAt(['first'], 'Thing.notes', notes), deniedAt(['again'], 'Thing.notes', notes)],
  });
  expect(effects).toEqual([]);
});

test('arguments that are refused refuse all mutations of the request', async () => {
  const query = 'mutation { first { thing { id } } second(id: "others") { thing { id } } }';
  expect(await ask(schema, query, staff)).toEqual({
    data: { first: null, second: null },
    errors: [deniedAt(['first'], 'Mutation.second', named), deniedAt(['second'], 'Mutation.second', named)],
  });
  expect(effects).toEqual([]);
  expect(await ask(schema, 'mutation { second(id: "mine") { thing { id } } }', staff)).toEqual({
    data: { second: { thing: { id: '1' } } },
  });
});

test('what is left out by @skip or @include refuses nothing', async () => {
  const source = `mutation ($no: Boolean!) {
    first { thing { id notes @include(if: $no) cost @skip(if: true) ...N @include(if: $no) } }
  } fragment N on Thing { notes }`;
  const contextValue = { principal: ANONYMOUS };
  const answer = await graphql({ schema, source, contextValue, variableValues: { no: false } });
  expect(answer).toMatchObject({ data: { first: { thing: { id: '1' } } } });
  expect(effects).toEqual(['first']);
});

test('what only the object can decide is left to the field', async () => {
  expect(await ask(schema, 'mutation { first { thing { id own } } }', staff)).toEqual({
    data: { first: { thing: { id: '1', own: null } } },
    errors: [deniedAt(['first', 'thing', 'own'], 'Thing.own', own)],
  });
  expect(effects).toEqual(['first']);
});

test('through an interface only what every type refuses is refused before', async () => {
  expect(await ask(schema, 'mutation { search { notes } }', ANONYMOUS)).toEqual({
    data: { search: { notes: null } },
    errors: [deniedAt(['search', 'notes'], 'Thing.notes', notes)],
  });
  expect(
    await ask(schema, 'mutation { union { ... on Found { notes } ... on Other { cost } } }', staff),
  ).toEqual({
    data: { union: null },
    errors: [deniedAt(['union'], 'Other.cost', costs)],
  });
  expect(effects).toEqual(['search']);
});

test('a rule that throws refuses the mutation as a fault of ours', async () => {
  expect(await ask(schema, 'mutation { first { thing { broken } } }', staff)).toEqual({
    data: { first: null },
    errors: [failedAt(['first'])],
  });
  expect(effects).toEqual([]);
});
