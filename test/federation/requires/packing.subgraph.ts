/**
 * Knows what is in each box.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { allBoxes, boxOf } from './data.ts';

export const packing = honest(
  'packing',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Box @key(fields: "id") { id: ID!  weight: Int  parts: [Part!]!  next: Box  label: String! }
  type Part { size: Size }
  type Size { width: Int!  height: Int }
  type Query { boxes: [Box!]!  box(id: ID!): Box }`,
  {
    Query: { boxes: allBoxes, box: (_: unknown, { id }: { id: string }) => boxOf(id) },
    Box: {
      __resolveReference: ({ id }: { id: string }) => boxOf(id),
      next: ({ next }: { next: string | null }) => (next === null ? null : boxOf(next)),
      label: ({ id }: { id: string }) => `box ${id}`,
    },
  },
);
