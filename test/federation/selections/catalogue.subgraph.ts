/**
 * Knows what each work is, and shows all kinds of types that a field can have.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { everything, find, peopleById, works } from './data.ts';

interface Named {
  readonly id: string;
}

export const catalogueRoot = {
  works: ({ filter }: { filter: Parameters<typeof find>[0] }) => find(filter),
  everything: () => everything,
  person: ({ id }: Named) => peopleById[id] ?? null,
  echo: (given: object) => JSON.stringify(Object.fromEntries(Object.entries(given).sort())),
};

export const catalogue = honest(
  'catalogue',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  scalar Day @specifiedBy(url: "https://days.test")
  enum Kind { PAPER SCREEN }
  input Filter { kinds: [Kind!], limit: Int! = 10 }
  interface Work { id: ID!  title: String!  kind: Kind!  people: [Person!]!  board: [[String]!] }
  type Book implements Work @key(fields: "id") {
    id: ID!  title: String!  kind: Kind!  people: [Person!]!  board: [[String]!]  pages: Int!
  }
  type Film implements Work @key(fields: "id") {
    id: ID!  title: String!  kind: Kind!  people: [Person!]!  board: [[String]!]  minutes: Float
  }
  type Flyer { title: String  text: String }
  type Person @key(fields: "id") { id: ID!  name: String!  born: Day }
  union Thing = Book | Film | Flyer | Person
  type Query {
    works(filter: Filter! = {}): [Work!]!
    everything: [Thing]!
    person(id: ID!): Person
    echo(text: String = "none", count: Int, flags: [Boolean!], day: Day): String!
  }`,
  {
    Query: Object.fromEntries(
      Object.entries(catalogueRoot).map(([name, read]) => [
        name,
        (_root: unknown, given: never) => read(given),
      ]),
    ),
    Book: { __resolveReference: ({ id }: Named) => works.find((work) => work.id === id) },
    Film: { __resolveReference: ({ id }: Named) => works.find((work) => work.id === id) },
    Person: { __resolveReference: ({ id }: Named) => peopleById[id] },
  },
);
