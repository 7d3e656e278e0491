/**
 * Two subgraphs share all that leads to a union, and each has the same field of one of its types, which only one of them
 * knows by an interface. Of either of them no way leads to both.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@provides", "@shareable"])`;
const SHELF = 'union Item = Film | Song  type Shelf @shareable { item: Item }';

const film = { __typename: 'Film', id: 'f', minutes: 90 };
const song = { __typename: 'Song', id: 's', minutes: 3 };
const shelves = [{ item: film }, { item: song }];
const Item = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename };

const subgraphs = [
  honest(
    'songs',
    `${LINK} ${SHELF} interface Timed { minutes: Int }
    type Query { shelves: [Shelf] @shareable  film: Film @provides(fields: "minutes") }
    type Film implements Timed @key(fields: "id") { id: ID!  minutes: Int @external }
    type Song implements Timed @key(fields: "id") { id: ID!  minutes: Int }`,
    { Query: { shelves: () => shelves, film: () => film }, Item },
  ),
  honest(
    'films',
    `${LINK} ${SHELF} type Query { shelves: [Shelf] @shareable }
    type Film @key(fields: "id") { id: ID!  minutes: Int @shareable }
    type Song @key(fields: "id", resolvable: false) { id: ID! }`,
    { Query: { shelves: () => shelves }, Item },
  ),
];

test.each([
  '{ shelves { item { ... on Timed { minutes } } } }',
  '{ shelves { item { ...OfTimed } } } fragment OfTimed on Timed { long: minutes ... on Song { id } }',
])('%s', async (query) => {
  const graph = await federate({ subgraphs, truth: { shelves, film } });
  await graph.agreed(query);
});
