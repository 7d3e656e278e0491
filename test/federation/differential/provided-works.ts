/**
 * Reviews that provide parts of the works and people they lead to: through a union, an interface, a list and a nested
 * object, on some ways only. What is provided is what its owner would say.
 */

import { honest } from '../../kit/fake-subgraph.ts';

interface Named {
  readonly id: string;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
  import: ["@key", "@external", "@provides", "@shareable"])`;

const book = { __typename: 'Book', id: 'b1', title: 'Notes', pages: 64, shelf: { room: 'A', row: 3 } };
const film = { __typename: 'Film', id: 'f1', title: null, minutes: 90.5, shelf: null };
const people = [
  {
    __typename: 'User',
    id: 'u1',
    name: 'Ada',
    home: { town: 'Rome', street: 'Main' },
    likes: () => [film, null, book],
  },
  { __typename: 'User', id: 'u2', name: null, home: null, likes: () => [] },
];
const [ada, bo] = people;
const reviews = [
  {
    id: 'r1',
    about: book,
    plainAbout: book,
    item: book,
    writer: ada,
    readers: [bo, ada, ada],
    pairs: [[book, film], []],
  },
  { id: 'r2', about: film, plainAbout: film, item: film, writer: bo, readers: [], pairs: [[film]] },
  { id: 'r3', about: null, plainAbout: book, item: book, writer: null, readers: null, pairs: null },
];
const works = [book, film];

export const truth = {
  reviews,
  works,
  review: ({ id }: Named) => reviews.find((one) => one.id === id) ?? null,
};

const workById = { __resolveReference: ({ id }: Named) => works.find((work) => work.id === id) };
const userById = { __resolveReference: ({ id }: Named) => people.find((user) => user.id === id) };

export const owners = honest(
  'owners',
  `${LINK}
  interface Work { id: ID!  title: String  shelf: Shelf }
  type Book implements Work @key(fields: "id") { id: ID!  title: String @shareable  shelf: Shelf @shareable  pages: Int! }
  type Film implements Work @key(fields: "id") { id: ID!  title: String @shareable  shelf: Shelf @shareable  minutes: Float }
  type Shelf @shareable { room: String!  row: Int }
  type User @key(fields: "id") { id: ID!  name: String @shareable  home: Home @shareable  likes: [Work]! }
  type Home { town: String @shareable  street: String! }
  type Query { works: [Work!]! }`,
  { Query: { works: () => works }, Book: workById, Film: workById, User: userById },
);

export const reviewing = honest(
  'reviewing',
  `${LINK}
  interface Item { id: ID! }
  type Book implements Item @key(fields: "id") { id: ID!  title: String @external  shelf: Shelf @external }
  type Film implements Item @key(fields: "id") { id: ID!  title: String @external  shelf: Shelf @external }
  type Shelf @shareable { room: String! }
  union Subject = Book | Film
  type User @key(fields: "id") { id: ID!  name: String @external  home: Home @external }
  type Home { town: String @external }
  type Review {
    id: ID!
    about: Subject @provides(fields: "... on Book { title shelf { room } } ... on Film { title }")
    plainAbout: Subject
    item: Item @provides(fields: "... on Book { title }")
    pairs: [[Subject!]!] @provides(fields: "... on Film { title shelf { room } }")
    writer: User @provides(fields: "home { town }")
    readers: [User!] @provides(fields: "name")
  }
  type Query { reviews: [Review!]!  review(id: ID!): Review }`,
  {
    Query: { reviews: () => reviews, review: (_: unknown, given: Named) => truth.review(given) },
    Book: workById,
    Film: workById,
    User: userById,
  },
);
