/**
 * Provides titles through a union and a town inside a nested object, on one way only. Writes them in capitals.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { reviews, titles, towns } from './data.ts';

interface Named {
  readonly id: string;
}

const title = ({ id }: Named) => titles[id]?.toUpperCase();

export const reviewing = honest(
  'reviewing',
  `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@provides", "@shareable"])
  type Book @key(fields: "id") { id: ID!  title: String @external }
  type Film @key(fields: "id") { id: ID!  title: String @external }
  union Work = Book | Film
  type User @key(fields: "id") { id: ID!  home: Home @external }
  type Home { town: String @external  country: Country @external }
  type Country { head: Head @external }
  type Head { name: String @external }
  type Review {
    id: ID!
    about: Work @provides(fields: "... on Book { title } ... on Film { title }")
    plainAbout: Work
    writer: User @provides(fields: "home { town }")
    reader: User @provides(fields: "home { town country { head { name } } }")
  }
  type Query { reviews: [Review!]! }`,
  {
    Query: { reviews: () => reviews },
    Review: {
      plainAbout: ({ about }: { about: object }) => about,
      reader: ({ writer }: { writer: object }) => writer,
    },
    Book: { title },
    Film: { title },
    User: {
      home: ({ id }: Named) => ({ town: towns[id]?.toUpperCase(), country: { head: { name: 'PRESIDENT' } } }),
    },
  },
);
