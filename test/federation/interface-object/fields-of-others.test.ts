/**
 * A subgraph that knows an interface as an object is asked for a field of some of its types: where that fails for
 * another object, of which nobody asked for it, that object keeps what was asked of it.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@interfaceObject"])`;

const animals = [
  { __typename: 'Fish', id: 'f', size: 1 },
  { __typename: 'Cat', id: 'c', size: 4 },
  { __typename: 'Dog', id: 'd', size: 9 },
];
const typed = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename };

const home = honest(
  'home',
  `${LINK}
  type Query { animals: [[Animal]]  pets: [Pet] }
  interface Animal @key(fields: "id") { id: ID!  size: Int }
  union Pet = Cat | Dog
  type Fish implements Animal @key(fields: "id") { id: ID!  size: Int }
  type Cat implements Animal @key(fields: "id") { id: ID!  size: Int }
  type Dog implements Animal @key(fields: "id") { id: ID!  size: Int }`,
  { Query: { animals: () => [animals, null, []], pets: () => animals.slice(1) }, Animal: typed, Pet: typed },
);
const ratingOf = (id: string) => `rating of ${id}`;
/** Only of fish. */
const depthOf = (id: string) => (id === 'f' ? 30 : null);
const ratings = honest(
  'ratings',
  `${LINK}
  type Animal @key(fields: "id") @interfaceObject {
    id: ID!  rating: String  depth: Int!  tail: Int!
    size: Int @external  class: String @requires(fields: "size")
  }`,
  {
    Animal: {
      class: ({ size }: { readonly size: number }) => `class ${size}`,
      rating: ({ id }: { readonly id: string }) => ratingOf(id),
      depth: ({ id }: { readonly id: string }) => depthOf(id),
      tail: ({ id }: { readonly id: string }) => (id === 'd' ? 7 : null),
    },
  },
);

let graph: Federation;

beforeAll(async () => {
  const all = animals.map((each) => ({
    ...each,
    rating: ratingOf(each.id),
    class: `class ${each.size}`,
    depth: depthOf(each.id),
    tail: each.id === 'd' ? 7 : null,
  }));
  const truth = { animals: [all, null, []], pets: all.slice(1) };
  graph = await federate({ subgraphs: [home, ratings], truth });
});

test.each([
  '{ animals { rating ... on Fish { depth } } }',
  '{ animals { size ... on Fish { depth } ... on Dog { tail rating } ... on Cat { rating } } }',
  '{ animals { rating ... on Fish { it: depth } ... on Dog { it: tail } } }',
  '{ animals { ... on Fish { class } ... on Dog { rating tail } } }',
  '{ pets { ... on Animal { rating } ... on Dog { tail } } }',
])('an object is not lost by a field of others: %s', async (query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});

test('by a field that was asked of it, it is', async () => {
  expect((await graph.agreed('{ pets { __typename ... on Animal { rating tail } } }')).data).toEqual({
    pets: [null, { __typename: 'Dog', rating: 'rating of d', tail: 7 }],
  });
});

test('those of one type alone are asked for what that type alone is asked for', async () => {
  graph.takeAsked();
  await graph.agreed('{ animals { rating ... on Fish { depth } } }');
  const { query = '', variables = {} } =
    graph.takeAsked().find(({ subgraph }) => subgraph === 'ratings') ?? {};
  expect(query).toMatch(/representations_1\){\.\.\.on Animal{depth}}/);
  expect(variables['representations_1']).toEqual([{ __typename: 'Animal', id: 'f' }]);
});
