/**
 * @skip and @include on fields and fragments, alone and together, where the subgraph of the root answers and behind
 * the hop to another.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { catalogue, catalogueRoot } from './catalogue.subgraph.ts';
import { ratings } from './ratings.subgraph.ts';

let library: Federation;

beforeAll(async () => {
  library = await federate({ subgraphs: [catalogue, ratings], truth: catalogueRoot });
});

const EVERY_WAY = [true, false].flatMap((a) => [true, false].map((b) => ({ a, b })));

test.each([
  ['on fields', '{ works { id @skip(if: $a) title @include(if: $b) } }'],
  ['both on one field', '{ works { title id @skip(if: $a) @include(if: $b) } }'],
  [
    'on an inline fragment',
    '{ works { id ... @skip(if: $a) { title } ... on Book @include(if: $b) { pages } } }',
  ],
  [
    'on a fragment spread, also twice with other conditions',
    '{ works { ...T @skip(if: $a) ...T @include(if: $b) id } } fragment T on Work { title people { name } }',
  ],
  [
    'on a field behind a hop',
    '{ works { ... on Book { stars @include(if: $a) reviews @skip(if: $b) { stars } } } }',
  ],
  [
    'around a hop',
    '{ works { title ... on Book @include(if: $a) { stars } ... on Film @skip(if: $b) { stars } } }',
  ],
  [
    'on a root field',
    '{ works @include(if: $a) { title ... on Book { stars } } person(id: "bo") @skip(if: $b) { name } }',
  ],
  [
    'nested in each other',
    '{ works { ... @include(if: $a) { ... on Book @skip(if: $b) { stars pages @include(if: $a) } } } }',
  ],
  [
    'so that what is inside never comes with what is around it',
    '{ works @skip(if: $a) { title ... on Book { stars @include(if: $a) reviews @include(if: $a) { stars @skip(if: $b) } } } }',
  ],
  [
    'on the same field with other selections',
    '{ works { people @include(if: $a) { name } people @skip(if: $b) { id } } }',
  ],
  [
    'on __typename',
    '{ __typename @skip(if: $a) works { __typename @include(if: $b) ... on Book { t: __typename @skip(if: $a) } } }',
  ],
  [
    'with a variable and a constant',
    '{ works { title @skip(if: $a) @include(if: true) id @include(if: false) people @skip(if: $b) { id } } }',
  ],
])('%s', async (_name, selection) => {
  const query = `query ($a: Boolean!, $b: Boolean! = true) ${selection}`;
  for (const variables of EVERY_WAY) {
    const { text, errors } = await library.compiled(query, variables);
    expect([variables, text, errors]).toEqual([
      variables,
      (await library.monolith(query, variables)).text,
      [],
    ]);
  }
  const { text } = await library.compiled(query, { a: false });
  expect(text).toBe((await library.monolith(query, { a: false })).text);
});

test('a hop that is left out is not made', async () => {
  library.takeAsked();
  const query = 'query ($a: Boolean!) { works { title ... on Book @include(if: $a) { stars } } }';
  await library.compiled(query, { a: false });
  expect(library.takeAsked().map(({ subgraph }) => subgraph)).toEqual(['catalogue']);
});

test('an object of which everything is left out is still there', async () => {
  const query =
    'query ($a: Boolean! = true) { works { title @skip(if: $a) } person(id: "bo") { ... @skip(if: $a) { name } } }';
  expect((await library.agreed(query)).text).toBe('{"works":[{},{}],"person":{}}');
});

test('a key stands where it is first asked for, not where it is first left out', async () => {
  const query = 'query ($a: Boolean!) { person(id: "bo") { name @skip(if: $a) id name } }';
  expect((await library.agreed(query, { a: true })).text).toBe('{"person":{"id":"bo","name":"Bo"}}');
});
