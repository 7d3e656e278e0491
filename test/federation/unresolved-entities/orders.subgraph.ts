/**
 * `orders` only refers to people; `directory` does not know them all; `parking` knows more, by the same key.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { orders as rows } from './data.ts';

interface Named {
  readonly id: string;
}

export const orders = honest(
  'orders',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Order @key(fields: "id") { id: ID!  buyer: Person }
  type Person @key(fields: "id", resolvable: false) { id: ID! }
  type Query { orders: [Order!]!  known: Person }`,
  {
    Query: { orders: () => rows, known: () => ({ id: 'p1' }) },
    Order: { __resolveReference: ({ id }: Named) => rows.find((row) => row.id === id) },
  },
);

export const directory = honest(
  'directory',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Person @key(fields: "id") { id: ID!  name: String!  nickname: String }`,
  {
    Person: {
      __resolveReference: ({ id }: Named) => (id === 'p1' ? { id, name: 'Ada', nickname: null } : null),
    },
  },
);

export const parking = honest(
  'parking',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Person @key(fields: "id") { id: ID!  place: Int }`,
  { Person: { place: ({ id }: Named) => Number(id.slice(1)) } },
);
