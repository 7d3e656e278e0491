/**
 * `people` knows currencies; `carts` takes the currency from the user around the cart.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { users } from './data.ts';

export const people = honest(
  'people',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key"])
  type User @key(fields: "id") { id: ID!  currency: String }
  type Query { users: [User!]! }`,
  { Query: { users: () => users } },
);

export const carts = honest(
  'carts',
  `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@context", "@fromContext", "@external"])
  type User @key(fields: "id") @context(name: "buyer") {
    id: ID!  currency: String @external  carts: [Cart!]!
  }
  type Cart @key(fields: "id") {
    id: ID!  total(currency: String @fromContext(field: "$buyer { currency }")): String
  }`,
  {
    User: {
      __resolveReference: ({ id }: { id: string }) => users.find((user) => user.id === id),
    },
    Cart: {
      total: ({ id }: { id: string }, { currency }: { currency: string }) => `${id} in ${currency}`,
    },
  },
);
