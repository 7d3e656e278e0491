/**
 * A fragment on a union within an interface leaves fewer types than either has; what stands below it for others of them
 * is nobody's.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`;

const shapes = [
  { __typename: 'Round', area: 3, label: 'round', radius: 1 },
  { __typename: 'Square', area: 4, label: 'square', side: 2 },
];
const typed = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename };

const home = honest(
  'home',
  `${LINK}
  type Query { board: Board  rolling: Rolling }
  type Board @key(fields: "id") { id: ID! }
  union Rolling = Board`,
  { Query: { board: () => ({ id: 'b' }) } },
);
const drawings = honest(
  'drawings',
  `${LINK}
  type Board @key(fields: "id") { id: ID!  shapes: [Shape!]! }
  interface Shape { area: Int!  label: String }
  type Round implements Shape { area: Int!  label: String!  radius: Int }
  type Square implements Shape { area: Int!  label: String  side: Int }
  union Rolling = Round | Board`,
  { Board: { shapes: () => shapes }, Shape: typed },
);

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [home, drawings], truth: { board: { id: 'b', shapes } } });
});

test.each([
  [
    'in one type',
    '{ board { shapes { ... on Rolling { ... on Shape { ... on Square { side area } area label } } } } }',
  ],
  [
    'in each of them',
    `{ board { shapes { ... on Rolling { ... on Shape { ... on Square { side area } ... on Round { radius } label } } area } } }`,
  ],
  ['alone', '{ board { shapes { __typename ... on Rolling { ... on Shape { ... on Square { side } } } } } }'],
])('what cannot be is asked of nobody: %s', async (_where, query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});

test('what can be is answered', async () => {
  const query =
    '{ board { shapes { ... on Rolling { ... on Shape { ... on Square { side area } area label } } } } }';
  expect((await graph.agreed(query)).data).toEqual({ board: { shapes: [{ area: 3, label: 'round' }, {}] } });
});
