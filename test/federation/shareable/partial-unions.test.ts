/**
 * Subgraphs that share a field leading to a union, and differ in which types that has: whoever is asked is also asked for
 * what it alone knows, where its objects can be of that type.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])`;

const text = { __typename: 'Text', words: 'hello' };
const photo = {
  __typename: 'Photo',
  size: { width: 3 },
  name: ({ short }: { short?: boolean }) => `p${short}`,
};
const video = { __typename: 'Video', seconds: 9 };

/** Each gives what it knows of the board; both share the board itself. */
const boardIn = (name: string, own: string, types: string, items: readonly object[]) =>
  honest(
    name,
    `${LINK}
    type Query { ${name}: Board }
    type Board @key(fields: "id") { id: ID!  wall: Wall @shareable  ${name}Wall: Wall! }
    type Wall @shareable { items: [Item!]!  first: Item }
    union Item = Text | ${own}
    type Text @shareable { words: String }
    ${types}`,
    {
      Query: { [name]: () => ({ id: 'b' }) },
      Board: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        wall: () => ({ items, first: items[1] }),
        [`${name}Wall`]: () => ({ items, first: items[1] }),
      },
    },
  );

const ofPhotos = [text, photo];
const ofVideos = [text, video];

let graph: Federation;

beforeAll(async () => {
  const board = (items: readonly object[]) => ({
    id: 'b',
    wall: { items, first: items[1] },
    photosWall: { items: ofPhotos, first: photo },
    videosWall: { items: ofVideos, first: video },
  });
  graph = await federate({
    subgraphs: [
      boardIn(
        'photos',
        'Photo',
        'type Photo { size: Size  name(short: Boolean): String }  type Size { width: Int }',
        ofPhotos,
      ),
      boardIn('videos', 'Video', 'type Video { seconds: Int }', ofVideos),
    ],
    truth: { photos: board(ofPhotos), videos: board(ofVideos) },
  });
});

const ITEM = '__typename ... on Text { words } ... on Photo { size { width } } ... on Video { seconds }';

test.each([
  ['the one’s own, at the first hand', `{ photos { wall { items { ${ITEM} } } } }`],
  ['the other’s own, at the first hand', `{ videos { wall { items { ${ITEM} } first { ${ITEM} } } } }`],
  ['after a hop', `{ photos { id videosWall { items { ${ITEM} } } } }`],
  ['what only the other knows', '{ photos { wall { items { __typename ... on Video { seconds } } } } }'],
  [
    'in named fragments',
    '{ photos { wall { first { ...P } } } } fragment P on Photo { size { ...S } } fragment S on Size { width }',
  ],
  [
    'in a fragment on the union, within one on another member',
    '{ videos { wall { first { ...F } } } } fragment F on Item { ... on Video { seconds } ... on Text { ...G } } fragment G on Item { ... on Video { seconds } ... on Text { words } }',
  ],
  [
    'in a fragment on the union that is used again for its members',
    '{ photos { wall { items { ...F ... on Text { __typename } } } } } fragment F on Item { ... on Video { seconds } ... on Photo { size { width } } ... on Text { words } }',
  ],
  [
    'under other names',
    '{ a: photos { b: wall { items { ... on Photo { words: __typename c: size { d: width } } } } } }',
  ],
])('%s', async (_name, query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});

test('with arguments from variables', async () => {
  const query = 'query ($s: Boolean) { photos { wall { first { ... on Photo { name(short: $s) } } } } }';
  expect((await graph.agreed(query, { s: true })).data).toEqual({
    photos: { wall: { first: { name: 'ptrue' } } },
  });
});

test('nobody is asked twice, nor somebody else', async () => {
  graph.takeAsked();
  await graph.compiled(`{ photos { wall { items { ${ITEM} } } } }`);
  expect(graph.takeAsked().map(({ subgraph }) => subgraph)).toEqual(['photos']);
});

test.each([
  '{ photos { id ... @defer { wall { first { ... on Photo { size { width } } } } } } }',
  '{ photos { wall { first { ... on Photo @defer { size { width } } } } } }',
  '{ photos { wall { first { __typename ... @defer { ... on Photo { size { width } } } } } } }',
  '{ photos { ... @defer { wall { ... @defer { first { __typename ... on Photo { size { width } } } } } } } }',
  '{ photos { id ... @defer { videosWall { first { ... on Video { seconds } } } } } }',
  '{ ... @defer { videos { wall { items { ... on Video { seconds } ... on Text { words } } } } } }',
])('deferred: %s', async (query) => {
  const whole = await graph.monolith(query);
  for (const format of INCREMENTAL_FORMATS) {
    const { data, errors } = mergeParts(await graph.inParts(query, {}, format));
    expect({ data, errors }).toEqual({ data: whole.data, errors: [] });
  }
});
