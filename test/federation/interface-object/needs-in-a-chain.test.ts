/**
 * Two subgraphs know an interface as an object, and one needs what the other makes of a field of the interface's own
 * subgraph. @apollo/gateway refuses to plan it.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

interface Item {
  readonly id: string;
  readonly title: string;
  readonly score: string;
  readonly stars: number;
}

const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.8"
  import: ["@key", "@external", "@requires", "@interfaceObject"]
)`;
const ITEMS = [
  { __typename: 'Song', id: 's', title: 'S' },
  { __typename: 'Film', id: 'f', title: 'F' },
];
const itemOf = ({ id }: Item) => ITEMS.find((item) => item.id === id);
const asGiven = (item: Item) => item;

const library = honest(
  'library',
  `${LINK}
  type Query { items: [Item] }
  interface Item @key(fields: "id") { id: ID!  title: String }
  type Song implements Item @key(fields: "id") { id: ID!  title: String }
  type Film implements Item @key(fields: "id") { id: ID!  title: String }`,
  {
    Query: { items: () => ITEMS },
    Item: { __resolveReference: itemOf },
    Song: { __resolveReference: itemOf },
    Film: { __resolveReference: itemOf },
  },
);

const stars = honest(
  'stars',
  `${LINK}
  type Item @interfaceObject @key(fields: "id") {
    id: ID!
    title: String @external
    stars: Int
    score: String @requires(fields: "title")
  }`,
  { Item: { __resolveReference: asGiven, stars: () => 4, score: ({ title }: Item) => `score of ${title}` } },
);

const ranks = honest(
  'ranks',
  `${LINK}
  type Query { top: [Item!] }
  type Item @interfaceObject @key(fields: "id") {
    id: ID!
    score: String @external
    stars: Int @external
    rank: String @requires(fields: "score")
    both: String @requires(fields: "score stars")
  }`,
  {
    Query: { top: () => ITEMS.map(({ id }) => ({ id })) },
    Item: {
      __resolveReference: asGiven,
      rank: ({ score }: Item) => `rank by ${score}`,
      both: ({ score, stars: count }: Item) => `${score} and ${count} stars`,
    },
  },
);

const truth = ITEMS.map((item) => {
  const score = `score of ${item.title}`;
  return { ...item, stars: 4, score, rank: `rank by ${score}`, both: `${score} and 4 stars` };
});

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [library, stars, ranks], truth: { items: truth, top: truth } });
});

test.each([
  ['from the interface', '{ items { rank } }'],
  ['from the object', '{ top { rank } }'],
  ['two needs', '{ items { both } top { both } }'],
  ['of one type alone', '{ top { ... on Song { both rank } } items { ... on Film { rank title } } }'],
  ['with what is between', '{ top { __typename rank score title stars } }'],
])('%s', async (_case, query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});
