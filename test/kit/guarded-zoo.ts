/**
 * Two subgraphs whose fields demand something of whoever reads them, by Apollo's directives alone: behind them
 * everything is open, so whatever a gateway does not refuse is seen. Knows no gateway.
 */

import { honest } from './fake-subgraph.ts';

export const GUARD_LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@external", "@requires", "@shareable", "@authenticated", "@requiresScopes", "@policy"])`;

const REX = { __typename: 'Dog', id: 'd1', name: 'Rex', chip: 'chip-1', keeper: { id: 'k1' } };
const TOM = { __typename: 'Cat', id: 'c1', name: 'Tom', lives: 9, keeper: { id: 'k1' } };
const KEEPER = { id: 'k1', name: 'Ann', wage: 2000, tasks: ['feed'] };

export const zoo = honest(
  'zoo',
  `${GUARD_LINK}
  type Query {
    keeper(id: ID!): Keeper
    keepers: [Keeper!]!
    animals: [Animal]
    pets: [Pet]
    animal(id: ID!): Animal
    visits: Int @authenticated
    plan: Plan
    open: Int
  }
  type Mutation { feed(id: ID!): Keeper  fire(id: ID!): Keeper @requiresScopes(scopes: [["boss"]]) }
  interface Animal { id: ID!  name: String  keeper: Keeper }
  type Dog implements Animal @key(fields: "id") {
    id: ID!
    name: String @requiresScopes(scopes: [["dogs"], ["vet", "night"]])
    chip: String
    keeper: Keeper
  }
  type Cat implements Animal @key(fields: "id") { id: ID!  name: String  lives: Int  keeper: Keeper }
  union Pet = Dog | Cat | Snake
  type Snake @authenticated { length: Int }
  type Keeper @key(fields: "id") {
    id: ID!
    name: String
    wage: Int @requiresScopes(scopes: [["wages"]])
    badge: String! @requiresScopes(scopes: [["badges"]])
    salary: Money
    rank: Rank
    tasks(first: Int): [String]
    secret: String @policy(policies: [["trusted"], ["unknown"]])
  }
  scalar Money @authenticated
  enum Rank @requiresScopes(scopes: [["ranks"]]) { HIGH LOW }
  type Plan @requiresScopes(scopes: [["plans"]]) { text: String }`,
  {
    Query: {
      keeper: (_: unknown, { id }: { id: string }) => (id === 'k1' ? KEEPER : null),
      keepers: () => [KEEPER, { ...KEEPER, id: 'k2', name: 'Bob' }],
      animals: () => [REX, TOM, null],
      pets: () => [REX, TOM, { __typename: 'Snake', length: 2 }],
      animal: (_: unknown, { id }: { id: string }) => [REX, TOM].find((animal) => animal.id === id) ?? null,
      visits: () => 7,
      plan: () => ({ text: 'expand' }),
      open: () => 9,
    },
    Mutation: { feed: () => KEEPER, fire: () => KEEPER },
    Keeper: {
      __resolveReference: ({ id }: { id: string }) => ({ ...KEEPER, id }),
      badge: () => 'b-1',
      salary: () => '2000.00',
      rank: () => 'HIGH',
      secret: () => 'hush',
    },
    Dog: { __resolveReference: () => REX },
    Cat: { __resolveReference: () => TOM },
  },
);

/** Joins on a key, and computes from a field of the zoo that it may not let through. */
export const clinic = honest(
  'clinic',
  `${GUARD_LINK}
  type Query { clinics: Int }
  type Keeper @key(fields: "id") {
    id: ID!
    wage: Int @external
    bonus: Int @requires(fields: "wage") @requiresScopes(scopes: [["wages"]])
    shifts: [Shift!]
  }
  type Shift { night: Boolean  pay: Int @requiresScopes(scopes: [["wages"]]) }
  type Dog @key(fields: "id") { id: ID!  shots: Int @authenticated }`,
  {
    Query: { clinics: () => 1 },
    Keeper: {
      __resolveReference: (keeper: unknown) => keeper,
      bonus: ({ wage }: { wage: number }) => wage / 10,
      shifts: () => [
        { night: true, pay: 50 },
        { night: false, pay: 40 },
      ],
    },
    Dog: { __resolveReference: ({ id }: { id: string }) => ({ id }), shots: () => 3 },
  },
);
