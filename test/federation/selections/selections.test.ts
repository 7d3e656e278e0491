/**
 * Whatever a client selects, in whatever way it writes it down, it gets exactly that.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { catalogue, catalogueRoot } from './catalogue.subgraph.ts';
import { ratings } from './ratings.subgraph.ts';

let library: Federation;

beforeAll(async () => {
  library = await federate({ subgraphs: [catalogue, ratings], truth: catalogueRoot });
});

const dataOf = async (query: string, variables = {}) => (await library.agreed(query, variables)).data;

test('one field may be asked for twice under two names, across a hop', async () => {
  const query = `{ one: person(id: "ada") { a: name b: name } two: person(id: "bo") { name }
    works { first: title ... on Book { s: stars t: stars } ... on Film { s: stars } } }`;
  expect(await dataOf(query)).toEqual({
    one: { a: 'Ada', b: 'Ada' },
    two: { name: 'Bo' },
    works: [
      { first: 'Notes', s: 5, t: 5 },
      { first: 'Reels', s: null },
    ],
  });
});

test('fragments on an interface and on its types each apply where they should', async () => {
  const query = `{ works { ...Head ... on Book { pages stars } ... on Film { minutes } } }
    fragment Head on Work { ...Deep title }
    fragment Deep on Work { id people { ...Who } }
    fragment Who on Person { name ... on Person { born } }`;
  expect(await dataOf(query)).toEqual({
    works: [
      { id: 'b1', people: [{ name: 'Ada', born: '1815-12-10' }], title: 'Notes', pages: 64, stars: 5 },
      {
        id: 'f1',
        people: [
          { name: 'Bo', born: null },
          { name: 'Ada', born: '1815-12-10' },
        ],
        title: 'Reels',
        minutes: 90.5,
      },
    ],
  });
});

test('a union is told apart by fragments, also by one on an interface that some of its types have', async () => {
  const query = `{ everything {
    ... on Work { title kind } ... on Flyer { text } ... on Person { name } ... on Book { reviews { stars about { pages } } }
  } }`;
  expect(await dataOf(query)).toEqual({
    everything: [
      {
        title: 'Notes',
        kind: 'PAPER',
        reviews: [
          { stars: 5, about: { pages: 64 } },
          { stars: 4, about: null },
        ],
      },
      { text: 'Free' },
      null,
      { title: 'Reels', kind: 'SCREEN' },
      { name: 'Ada' },
    ],
  });
});

test('the same field selected many times is merged, and stands where it was first named', async () => {
  const query = `{ works { title ...A ...A ... on Work { people { name } id } ...B } }
    fragment A on Work { people { id } }
    fragment B on Work { ...A people { born } }`;
  const { text } = await library.agreed(query);
  expect(text).toBe(
    '{"works":[{"title":"Notes","people":[{"id":"ada","name":"Ada","born":"1815-12-10"}],"id":"b1"},' +
      '{"title":"Reels","people":[{"id":"bo","name":"Bo","born":null},{"id":"ada","name":"Ada","born":"1815-12-10"}],"id":"f1"}]}',
  );
});

test('lists of lists keep their nulls and their empty parts', async () => {
  expect(await dataOf('{ works { board } }')).toEqual({
    works: [{ board: [['a', null], [], ['b', 'c']] }, { board: null }],
  });
});

test('__typename answers everywhere, under any name, also alone', async () => {
  const query = `{ __typename root: __typename everything { __typename kindOf: __typename }
    works { ... on Book { what: __typename reviews { __typename } } } }`;
  expect(await dataOf(query)).toEqual({
    __typename: 'Query',
    root: 'Query',
    everything: [
      { __typename: 'Book', kindOf: 'Book' },
      { __typename: 'Flyer', kindOf: 'Flyer' },
      null,
      { __typename: 'Film', kindOf: 'Film' },
      { __typename: 'Person', kindOf: 'Person' },
    ],
    works: [{ what: 'Book', reviews: [{ __typename: 'Review' }, { __typename: 'Review' }] }, {}],
  });
});

test('a query for nothing but the name of the root type asks no subgraph', async () => {
  library.takeAsked();
  expect(await library.compiled('{ __typename }')).toEqual({
    data: { __typename: 'Query' },
    text: '{"__typename":"Query"}',
    errors: [],
  });
  expect(library.takeAsked()).toEqual([]);
});

test('a field whose alias is the name of another field does not get its value', async () => {
  const query =
    '{ works { title: id id: title kind: __typename ... on Book { stars: pages pages: stars } } }';
  expect(await dataOf(query)).toEqual({
    works: [
      { title: 'b1', id: 'Notes', kind: 'Book', stars: 64, pages: 5 },
      { title: 'f1', id: 'Reels', kind: 'Film' },
    ],
  });
});

test('a client may call something else __typename', async () => {
  const query =
    '{ works { __typename: title ... on Book { stars } } person(id: "ada") { __typename: name } }';
  expect(await dataOf(query)).toEqual({
    works: [{ __typename: 'Notes', stars: 5 }, { __typename: 'Reels' }],
    person: { __typename: 'Ada' },
  });
});
