/**
 * What of an interface is deferred for one of its types: where nobody can tell which type an object has, it is null with
 * an error, and what hangs on the type is not left out in silence.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject"])`;

const book = { __typename: 'Book', id: 'b', title: 'Emma', pages: 9 };
const listed = { id: 'b', stars: 5 };
let isDown = false;
const known = {
  __resolveReference: () => {
    if (isDown) throw new Error('down');
    return book;
  },
};
const subgraphs = [
  honest(
    'home',
    `${LINK}
    interface Media @key(fields: "id") { id: ID!  title: String }
    type Book implements Media @key(fields: "id") { id: ID!  title: String  pages: Int }
    type Film implements Media @key(fields: "id") { id: ID!  title: String }`,
    { Media: { __resolveType: () => 'Book', ...known }, Book: known, Film: known },
  ),
  honest(
    'lists',
    `${LINK} type Query { all: [Media] } type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int }`,
    { Query: { all: () => [null, listed] }, Media: { __resolveReference: () => listed } },
  ),
];

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs, truth: { all: [null, { ...book, stars: 5 }] } });
});

const TYPED = [
  '{ all { ... on Book @defer { pages } } }',
  '{ all { stars ... on Book @defer { title } } }',
  '{ all { ... on Media { ... on Book @defer { title } } } }',
];
const BLIND = ['{ all { stars ... @defer { id } } }', '{ all { ... @defer { ... on Media { stars } } } }'];

const inParts = async (query: string, format: (typeof INCREMENTAL_FORMATS)[number]) =>
  mergeParts(await graph.inParts(query, {}, format));

test.each([...TYPED, ...BLIND])('the types are known: %s', async (query) => {
  isDown = false;
  const { data } = await graph.monolith(query);
  for (const format of INCREMENTAL_FORMATS)
    expect(await inParts(query, format)).toEqual({ data, errors: [] });
});

test.each(TYPED)('nobody tells the type: %s', async (query) => {
  isDown = true;
  for (const format of INCREMENTAL_FORMATS) {
    const { data, errors } = await inParts(query, format);
    expect(data).toEqual({ all: [null, null] });
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['all', 1],
        extensions: expect.objectContaining({ code: 'SUBGRAPH_FAILED' }),
      }),
    ]);
  }
});

test.each(BLIND)('nobody need tell it: %s', async (query) => {
  isDown = true;
  const { data } = await graph.monolith(query);
  for (const format of INCREMENTAL_FORMATS) expect((await inParts(query, format)).data).toEqual(data);
});

test.each([
  ['__typename', '{ all { stars } ... @defer { all { __typename } } }'],
  ['pages', '{ all { stars } ... @defer { all { ... on Book { pages } } } }'],
])('nobody tells the type of what the client has already: %s', async (field, query) => {
  isDown = true;
  const [newer, older] = INCREMENTAL_FORMATS;
  const error = expect.objectContaining({
    path: ['all', 1, field],
    extensions: expect.objectContaining({ code: 'SUBGRAPH_FAILED' }),
  });
  const [first, ...later] = await graph.inParts(query, {}, newer!);
  expect(first?.data).toEqual({ all: [null, { stars: 5 }] });
  expect(later).toEqual([{ completed: [{ id: '0', errors: [error] }], hasNext: false }]);
  expect(await inParts(query, older!)).toEqual({ data: { all: [null, null] }, errors: [error] });
  isDown = false;
  const { data } = await graph.monolith(query);
  for (const format of INCREMENTAL_FORMATS)
    expect(await inParts(query, format)).toEqual({ data, errors: [] });
});

test.each([
  ['{ all { stars ... @defer { id __typename } } }', ['all', 1, '__typename']],
  ['{ all { stars ... @defer { id ... on Book { pages } } } }', ['all', 1, 'pages']],
  ['{ all { stars ... @defer { id ... on Book { again: stars } } } }', ['all', 1]],
])('nobody tells the type by which a part selects: %s', async (query, path) => {
  isDown = true;
  const extensions = expect.objectContaining({ code: 'SUBGRAPH_FAILED', subgraph: 'home' });
  const errors = [expect.objectContaining({ path, extensions })];
  for (const format of INCREMENTAL_FORMATS)
    expect(await inParts(query, format)).toEqual({ data: { all: [null, { stars: 5 }] }, errors });
  isDown = false;
  const { data } = await graph.monolith(query);
  for (const format of INCREMENTAL_FORMATS)
    expect(await inParts(query, format)).toEqual({ data, errors: [] });
});
