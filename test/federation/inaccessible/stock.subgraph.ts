/**
 * Some fields, enum values, types and arguments are for subgraphs only; one of them is a key.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { items } from './data.ts';

export const stock = honest(
  'stock',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@inaccessible", "@shareable"])
  enum Grade { GOOD FAIR SECRET @inaccessible }
  interface Thing { grade: Grade }
  type Item implements Thing @key(fields: "code") {
    code: ID! @inaccessible  grade: Grade  grades: [Grade!]  sure: Grade!  inner: Inner @inaccessible
  }
  type Inner implements Thing @inaccessible { grade: Grade }
  type Query { items: [Item]!  things: [Thing]!  graded(grade: Grade = GOOD, code: String @inaccessible): Boolean }`,
  {
    Query: {
      items: () => items,
      things: () => [...items, { __typename: 'Inner', grade: 'GOOD' }],
      graded: () => true,
    },
    Item: { __resolveReference: ({ code }: { code: string }) => items.find((item) => item.code === code) },
  },
);

export const labels = honest(
  'labels',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@inaccessible"])
  type Item @key(fields: "code") { code: ID! @inaccessible  label: String }`,
  { Item: { label: ({ code }: { code: string }) => `label ${code}` } },
);
