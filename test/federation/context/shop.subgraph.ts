/**
 * `people` knows currencies; `carts` takes the currency from the user around the cart.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { byId, carts as allCarts, priced, users } from './data.ts';

interface Named {
  readonly id: string;
}

export const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.8"
  import: ["@key", "@context", "@fromContext", "@external", "@requires", "@shareable"]
)`;

const userOf = (id: string | null) => (id === null ? null : byId(users, id));

export const people = honest(
  'people',
  `${LINK}
  type User @key(fields: "id") { id: ID!  currency: String  friend: User }
  type Query { users: [User!]!  user(id: ID!): User }`,
  {
    Query: {
      users: () => users,
      user: (_: unknown, { id }: Named) => users.find((user) => user.id === id),
    },
    User: {
      __resolveReference: ({ id }: Named) => byId(users, id),
      friend: ({ friend }: (typeof users)[number]) => userOf(friend),
    },
  },
);

interface FromUser {
  readonly currency: string | null;
}

export const carts = honest(
  'carts',
  `${LINK}
  type User @key(fields: "id") @context(name: "buyer") { id: ID!  currency: String @external  carts: [Cart!]! }
  type Cart @key(fields: "id") {
    id: ID!
    total(currency: String @fromContext(field: "$buyer { currency }")): String
    items: [Item!]!
    twin: Cart
    owner: User
  }
  type Item @key(fields: "id") { id: ID!  price(currency: String @fromContext(field: "$buyer { currency }")): String }`,
  {
    User: {
      __resolveReference: ({ id }: Named) => ({ id }),
      carts: ({ id }: Named) => byId(users, id).carts.map((cart) => byId(allCarts, cart)),
    },
    Cart: {
      __resolveReference: ({ id }: Named) => byId(allCarts, id),
      total: ({ id }: Named, { currency }: FromUser) => priced(id, currency),
      items: ({ items }: (typeof allCarts)[number]) => items.map((id) => ({ id })),
      twin: (cart: object) => cart,
      owner: ({ owner }: (typeof allCarts)[number]) => userOf(owner),
    },
    Item: {
      __resolveReference: ({ id }: Named) => ({ id }),
      price: ({ id }: Named, { currency }: FromUser) => priced(id, currency),
    },
  },
);

export const weights = honest('weights', `${LINK} type Item @key(fields: "id") { id: ID!  weight: Int }`, {
  Item: { __resolveReference: ({ id }: Named) => ({ id, weight: 3 }) },
});
