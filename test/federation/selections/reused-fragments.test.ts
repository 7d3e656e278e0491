/**
 * Operations that the planner writes in its own way, and names that it has a use for itself: a named fragment that it
 * uses again where a part of it cannot apply, and fields and aliases called `_entities`.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
  import: ["@key", "@external", "@provides", "@shareable"])`;

const author = { id: 'a', name: 'A' };
const book = { __typename: 'Book', id: 'b', author };
const all = [book, { __typename: 'Disc', id: 'd', tracks: 1 }, { __typename: 'Gift', text: 'g' }];
const box = { _entities: { id: 'i', name: 'N' } };

let graph: Federation;

beforeAll(async () => {
  const shop = honest(
    'shop',
    `${LINK}
    type Query { all: [Any]  written: Book @provides(fields: "author { name }")  box: Box  item: Item }
    union Any = Book | Disc | Gift
    type Book @key(fields: "id") { id: ID!  author: Author @external }
    type Author @key(fields: "id") { id: ID!  name: String @external }
    type Disc { id: ID!  tracks: Int }
    type Gift { text: String }
    type Box { _entities: Item }
    type Item @key(fields: "id") { id: ID! }`,
    { Query: { all: () => all, written: () => book, box: () => box, item: () => box._entities } },
  );
  const names = honest(
    'names',
    `${LINK}
    type Book @key(fields: "id") { id: ID!  author: Author @shareable }
    type Author @key(fields: "id") { id: ID!  name: String @shareable }
    type Item @key(fields: "id") { id: ID!  name: String }`,
    {
      Book: { __resolveReference: () => book },
      Author: { __resolveReference: () => author },
      Item: { __resolveReference: () => box._entities },
    },
  );
  graph = await federate({
    subgraphs: [shop, names],
    truth: { all, written: book, box, item: box._entities },
  });
});

test.each([
  `{ all { ...F ... on Disc { __typename } } written { author { name } } }
    fragment F on Any { ... on Book { author { id name } } ... on Disc { id tracks } ... on Gift { text } }`,
  '{ all { ... on Disc { ...F } ... on Book { ...F } } } fragment F on Any { ... on Book { author { name } } ... on Gift { text } }',
  '{ box { _entities { id } } }',
  '{ box { _entities { name } } }',
  '{ _entities: item { name } }',
  '{ box { _entities: __typename name: _entities { _entities: name } } }',
])('%s', async (query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});
