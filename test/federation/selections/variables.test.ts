/**
 * Variables reach the subgraphs as the client meant them: coerced, defaulted, or refused.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { catalogue, catalogueRoot } from './catalogue.subgraph.ts';
import { ratings } from './ratings.subgraph.ts';

let library: Federation;

beforeAll(async () => {
  library = await federate({ subgraphs: [catalogue, ratings], truth: catalogueRoot });
});

const ECHO =
  'query ($text: String, $count: Int, $flags: [Boolean!], $day: Day) { echo(text: $text, count: $count, flags: $flags, day: $day) }';

test.each<[string, object, string]>([
  ['a variable that is not given leaves the argument to its default', {}, '{"text":"none"}'],
  ['null is a value and no default', { text: null, count: null }, '{"count":null,"text":null}'],
  ['one value stands for a list of one', { flags: true }, '{"flags":[true],"text":"none"}'],
  [
    'a scalar of our own may hold anything',
    { day: { a: [1, null] } },
    '{"day":{"a":[1,null]},"text":"none"}',
  ],
])('%s', async (_name, variables, echo) => {
  expect((await library.agreed(ECHO, { ...variables })).data).toEqual({ echo });
});

test('defaults of variables and of input fields are filled in', async () => {
  const query = `query ($filter: Filter! = { kinds: [SCREEN] }, $who: ID! = "bo") {
    works(filter: $filter) { id } person(id: $who) { name }
  }`;
  expect((await library.agreed(query)).data).toEqual({ works: [{ id: 'f1' }], person: { name: 'Bo' } });
  expect((await library.agreed(query, { who: 'ada', filter: { limit: 1 } })).data).toEqual({
    works: [{ id: 'b1' }],
    person: { name: 'Ada' },
  });
});

test('a number given for an ID is its text, and an enum in a list is its name', async () => {
  const query =
    'query ($who: ID!, $kinds: [Kind!]) { person(id: $who) { name } works(filter: { kinds: $kinds }) { id } }';
  expect((await library.agreed(query, { who: 5, kinds: 'PAPER' })).data).toEqual({
    person: null,
    works: [{ id: 'b1' }],
  });
});

test.each([
  ['text for a number', { count: 'many' }],
  ['a number that is no whole one', { count: 1.5 }],
  ['null in a list of non-null', { flags: [true, null] }],
])('%s is refused before any subgraph is asked', async (_name, variables) => {
  library.takeAsked();
  expect(await library.compiled(ECHO, variables)).toEqual({
    data: null,
    text: 'null',
    errors: [{ path: [], code: 'BAD_USER_INPUT' }],
  });
  expect(library.takeAsked()).toEqual([]);
});
