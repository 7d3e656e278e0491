/**
 * `library` knows books and films, `lengths` books alone; `opinions` and `prices` know items as if those were one
 * object type, and one needs what the other has.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { itemOf, items, priceOf, reviews, summaryOf } from './library.data.ts';

interface Named {
  readonly id: string;
}

const link = (...names: readonly string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
    import: ["@key", ${names.map((name) => `"${name}"`).join(', ')}])`;

const personOf = (id: string | null | undefined) => (id == null ? null : { __typename: 'Person', id });
const byId = { __resolveReference: ({ id }: Named) => itemOf(id) ?? null };
const owned = { ...byId, owner: ({ owner }: { owner: string | null }) => personOf(owner) };

export const library = honest(
  'library',
  `${link('@shareable')}
  interface Item @key(fields: "id") { id: ID!  name: String!  owner: Person }
  type Book implements Item @key(fields: "id") { id: ID!  name: String!  owner: Person }
  type Film implements Item @key(fields: "id") { id: ID!  name: String!  owner: Person  minutes: Int }
  type Person @key(fields: "id") { id: ID!  owns: [Item!]! }
  union Thing = Book | Film | Person
  type Query { items: [Item!]!  item(id: ID!): Item  things: [Thing!]! }`,
  {
    Query: {
      items: () => items,
      item: (_: unknown, { id }: Named) => itemOf(id),
      things: () => [items[0], personOf('p1'), items[1]],
    },
    Item: byId,
    Book: owned,
    Film: owned,
    Person: { owns: ({ id }: Named) => items.filter(({ owner }) => owner === id) },
  },
);

export const lengths = honest(
  'lengths',
  `${link('@external', '@requires')}
  type Book @key(fields: "id") {
    id: ID!  name: String! @external  words: Int  summary: String @requires(fields: "name")
  }`,
  {
    Book: {
      words: ({ id }: Named) => itemOf(id)?.words,
      summary: ({ id, name }: Named & { name: string }) => summaryOf({ name, words: itemOf(id)?.words ?? 0 }),
    },
  },
);

export const opinions = honest(
  'opinions',
  `${link('@interfaceObject')}
  type Item @interfaceObject @key(fields: "id") { id: ID!  rating: Int  reviews: [Review!]!  similar: [Item!]! }
  type Review { text: String  item: Item! }
  type Query { latest: [Review!]!  top: [Item]! }`,
  {
    Query: { latest: () => reviews, top: () => [{ id: 'f1' }, null, { id: 'b1' }] },
    Item: {
      rating: ({ id }: Named) => itemOf(id)?.rating,
      reviews: ({ id }: Named) => reviews.filter(({ about }) => about === id),
      similar: ({ id }: Named) => items.filter((other) => other.id !== id).map((other) => ({ id: other.id })),
    },
    Review: { item: ({ about }: { about: string }) => ({ id: about }) },
  },
);

export const prices = honest(
  'prices',
  `${link('@interfaceObject', '@external', '@requires')}
  type Item @interfaceObject @key(fields: "id") {
    id: ID!  rating: Int @external  price: Int @requires(fields: "rating")
  }`,
  { Item: { price: priceOf } },
);
