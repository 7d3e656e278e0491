/**
 * `tree` knows which nodes there are, `values` what is in them.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { nodeOf, nodes, truth } from './data.ts';

interface Named {
  readonly id: string;
}

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const byId = { __resolveReference: ({ id }: Named) => nodeOf(id) };
const find = (_: unknown, { id }: Named) => truth.node({ id });

export const tree = honest(
  'tree',
  `${LINK}
  type Node @key(fields: "id") { id: ID!  child: Node  children: [Node]  sureChildren: [Node!]! }
  type Query { nodes: [Node]!  node(id: ID!): Node  sureNode(id: ID!): Node! }`,
  { Query: { nodes: () => nodes, node: find, sureNode: find }, Node: byId },
);

export const values = honest(
  'values',
  `${LINK}
  type Node @key(fields: "id") { id: ID!  maybe: Int  sure: Int! }`,
  { Node: byId },
);
