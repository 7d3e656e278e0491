/**
 * A field that provides something of an interface that its subgraph knows as an object: below it, too, what only one type
 * of the interface has is answered. @apollo/gateway refuses that.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@interfaceObject", "@provides", "@shareable"])`;
const book = { __typename: 'Book', id: 'b', title: 'a title', pages: 10 };
const find = { __resolveReference: () => book };

const home = honest(
  'home',
  `${LINK}
  type Query { x: Int }
  interface Media @key(fields: "id") { id: ID!  title: String }
  type Book implements Media @key(fields: "id") { id: ID!  title: String @shareable  pages: Int }`,
  { Media: find, Book: find },
);
const reviews = honest(
  'reviews',
  `${LINK}
  type Query { rated: Media @provides(fields: "title")  plain: [Media!]! }
  type Media @key(fields: "id") @interfaceObject { id: ID!  title: String @external  stars: Int }`,
  {
    Query: { rated: () => ({ ...book, stars: 3 }), plain: () => [{ id: 'b', stars: 3 }] },
    Media: { __resolveReference: () => ({ id: 'b', stars: 3 }) },
  },
);

test.each([
  '{ rated { title stars } }',
  '{ rated { ... on Book { pages } } }',
  '{ rated { id ... on Book { title stars } } plain { title ... on Book { pages } } }',
])('%s', async (query) => {
  const rated = { ...book, stars: 3 };
  const graph = await federate({ subgraphs: [home, reviews], truth: { rated, plain: [rated] } });
  await graph.agreed(query);
});
