/**
 * A subgraph that answers more than it was asked: what it says of another's field reaches nobody, also where the owner
 * has no value.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { federate, type Spoil } from '../kit/federation.ts';
import { catalogue, catalogueRoot } from './catalogue.subgraph.ts';
import { ratings } from './ratings.subgraph.ts';

const QUERY = '{ works { title ... on Book { pages stars } ... on Film { stars } } }';
const BOOK = { __typename: 'Book', id: 'b1', title: 'Notes', pages: 7 };

const ask = async (spoil: Readonly<Record<string, Spoil>>, query = QUERY) => {
  const graph = await federate({ subgraphs: [catalogue, ratings], truth: catalogueRoot, spoil });
  const { data, errors } = await graph.compiled(query);
  return { data, errors };
};

const works =
  (...given: readonly object[]): Spoil =>
  () => ({ data: { works: given } });
const entities =
  (...given: readonly unknown[]): Spoil =>
  () => ({ data: { _entities: given } });

test('a field of another owner beside its own is not taken while the owner is well', async () => {
  expect(await ask({ catalogue: works({ ...BOOK, stars: 666 }), ratings: entities({ stars: 5 }) })).toEqual({
    data: { works: [{ title: 'Notes', pages: 7, stars: 5 }] },
    errors: [],
  });
});

test.each<[string, unknown, string | undefined]>([
  ['says null', { stars: null }, undefined],
  ['does not know the entity', null, undefined],
  ['leaves the field out', {}, 'SUBGRAPH_RESPONSE_INVALID'],
])('nor where the owner %s', async (_what, entity, code) => {
  expect(await ask({ catalogue: works({ ...BOOK, stars: 666 }), ratings: entities(entity) })).toEqual({
    data: { works: [{ title: 'Notes', pages: 7, stars: null }] },
    errors: code === undefined ? [] : [{ path: ['works', 0, 'stars'], code }],
  });
});

test('nor where the owner fails', async () => {
  const failing: Spoil = () => ({ errors: [{ message: 'no' }] });
  expect(await ask({ catalogue: works({ ...BOOK, stars: 666 }), ratings: failing })).toEqual({
    data: { works: [{ title: 'Notes', pages: 7, stars: null }] },
    errors: [{ path: ['works', 0, 'stars'], code: 'SUBGRAPH_FAILED' }],
  });
});

test('an entity brings nothing but what was asked of it, not even another type', async () => {
  const more = {
    stars: 5,
    title: 'Lies',
    pages: 1,
    id: 'b2',
    __typename: 'Film',
    ['constructor']: { prototype: { polluted: true } },
  };
  expect(await ask({ catalogue: works(BOOK), ratings: entities(JSON.parse(JSON.stringify(more))) })).toEqual({
    data: { works: [{ title: 'Notes', pages: 7, stars: 5 }] },
    errors: [],
  });
});

test('what only objects of another type were asked is not taken of this one', async () => {
  const film = { __typename: 'Film', id: 'f1', title: 'Reels', stars: 1, pages: 3 };
  const query = '{ works { title ... on Book { pages } ... on Film { stars } } }';
  const book = { ...BOOK, stars: 666 };
  expect(await ask({ catalogue: works(book, film), ratings: entities({ stars: null }) }, query)).toEqual({
    data: {
      works: [
        { title: 'Notes', pages: 7 },
        { title: 'Reels', stars: null },
      ],
    },
    errors: [],
  });
});

test('nested objects of an entity bring nothing of another owner either', async () => {
  const about = { __typename: 'Book', id: 'b1', title: 'Lies', pages: 1, stars: 9 };
  const unknown: Spoil = (_answer, { query }) =>
    query.includes('works') ? { data: { works: [BOOK] } } : { data: { _entities: [null] } };
  expect(
    await ask(
      { catalogue: unknown, ratings: entities({ reviews: [{ stars: 4, about }] }) },
      '{ works { ... on Book { reviews { stars about { board title } } } } }',
    ),
  ).toEqual({
    data: { works: [{ reviews: [{ stars: 4, about: null }] }] },
    errors: [{ path: ['works', 0, 'reviews', 0, 'about', 'title'], code: 'SUBGRAPH_RESPONSE_INVALID' }],
  });
});

const ROOTS = [
  { name: 'left', field: 'a: String' },
  { name: 'right', field: 'b: String' },
] as const;

test('root fields of another owner are not taken, whoever answers first', async () => {
  const subgraphs = ROOTS.map(({ name, field }) => ({
    ...ratings,
    name,
    sdl: `type Query { ${field} }`,
    resolvers: {},
  }));
  const both: Spoil = () => JSON.parse('{"data":{"a":null,"b":"lies","__proto__":{"b":"lies"}}}');
  const graph = await federate({
    subgraphs,
    spoil: { left: both, right: () => ({ data: { b: null, a: 'lies' } }) },
  });
  const { data, errors } = await graph.compiled('{ a b }');
  expect([data, errors, 'b' in {}]).toEqual([{ a: null, b: null }, [], false]);
});

test('an answer in parts keeps to it as well', async () => {
  const spoil = {
    catalogue: works({ ...BOOK, stars: 666 }),
    ratings: entities({ stars: null, title: 'Lies' }),
  };
  const graph = await federate({ subgraphs: [catalogue, ratings], spoil });
  const payloads = await graph.inParts(
    '{ works { title ... on Book @defer { stars } } }',
    {},
    INCREMENTAL_FORMATS[0]!,
  );
  expect(JSON.stringify(payloads)).toContain('"data":{"stars":null}');
});
