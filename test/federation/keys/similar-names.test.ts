/**
 * Subgraphs whose names are alike to the planner: they differ in what no GraphQL name may have.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])';

test.each([
  ['my-sub', 'my_sub'],
  ['crm.v1', 'crmv1'],
])('%s and %s', async (one, other) => {
  const top = honest(
    'top',
    `${LINK} type Query { items: [Item] }  type Item @key(fields: "id") { id: ID! }`,
    {
      Query: { items: () => [{ id: 'i' }] },
    },
  );
  const first = honest(one, `${LINK} type Item @key(fields: "id") { id: ID!  x: Int }`, {
    Item: { __resolveReference: () => ({ x: 1 }) },
  });
  const second = honest(
    other,
    `${LINK} type Item @key(fields: "id") { id: ID!  y: Int  x: Int @external  z: Int @requires(fields: "x") }`,
    { Item: { __resolveReference: ({ x }: { x?: number }) => ({ y: 2, z: x }) } },
  );
  const truth = { items: [{ id: 'i', x: 1, y: 2, z: 1 }] };
  const { agreed, takeAsked } = await federate({ subgraphs: [top, first, second], truth });
  await agreed('{ items { x y } }');
  expect(new Set(takeAsked().map(({ subgraph }) => subgraph))).toEqual(new Set(['top', one, other]));
  await agreed('{ items { y z } }');
});
