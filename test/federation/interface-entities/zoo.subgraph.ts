/**
 * Two subgraphs that know the same interface with the same types, each its own fields of them.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { animalOf, animals } from './data.ts';

interface Named {
  readonly id: string;
}
interface Social {
  readonly friends: readonly string[];
}

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const byId = { __resolveReference: ({ id }: Named) => animalOf(id) };
const withFriends = { ...byId, friends: ({ friends }: Social) => friends.map(animalOf) };

export const names = honest(
  'names',
  `${LINK}
  interface Animal @key(fields: "id") { id: ID!  name: String  friends: [Animal]! }
  type Dog implements Animal @key(fields: "id") { id: ID!  name: String  friends: [Animal]!  barks: Boolean }
  type Cat implements Animal @key(fields: "id") { id: ID!  name: String  friends: [Animal]! }
  type Owl implements Animal @key(fields: "id") { id: ID!  name: String  friends: [Animal]! }
  type Query { animals: [Animal]!  animal(id: ID!): Animal }`,
  {
    Query: { animals: () => [...animals, null], animal: (_: unknown, { id }: Named) => animalOf(id) },
    Animal: byId,
    Dog: withFriends,
    Cat: withFriends,
    Owl: withFriends,
  },
);

export const feeding = honest(
  'feeding',
  `${LINK}
  interface Fed { food: String }
  type Dog implements Fed @key(fields: "id") { id: ID!  food: String }
  type Cat implements Fed @key(fields: "id") { id: ID!  food: String  lives: Int }
  type Owl implements Fed @key(fields: "id") { id: ID!  food: String }`,
  { Dog: byId, Cat: byId, Owl: byId },
);
