/**
 * A field under a label of @override is planned for each type by itself. Behind it, and around it, a field may lead to
 * less for that type than for the interface: a fragment on the rest asks nothing.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override", "@shareable"])`;

const chair = { __typename: 'Chair', row: 4 };
const ada = { __typename: 'User', id: 'u', seat: chair };
const SEATS = `interface Seat { row: Int }
  type Chair implements Seat @shareable { row: Int }
  type Stool implements Seat @shareable { row: Int  legs: Int }`;
const byType = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename };

const subgraphs = [
  honest(
    'old',
    `${LINK} type Query { all: [Party] } interface Party { id: ID!  seat: Seat } ${SEATS}
    type User implements Party @key(fields: "id") { id: ID!  seat: Chair }`,
    { Query: { all: () => [ada] }, Party: byType, Seat: byType, User: { __resolveReference: () => ada } },
  ),
  honest(
    'new',
    `${LINK} ${SEATS} type User @key(fields: "id") { id: ID!  seat: Chair @override(from: "old", label: "percent(70)") }`,
    { Seat: byType, User: { __resolveReference: () => ada } },
  ),
];

test.each([
  '{ all { seat { ... on Stool { legs } row } } }',
  '{ all { seat { ... on Stool { legs } } } }',
  '{ all { seat { ...OfStool } } } fragment OfStool on Stool { legs }',
])('%s', async (query) => {
  const graph = await federate({ subgraphs, truth: { all: [ada] } });
  await graph.agreed(query);
});
