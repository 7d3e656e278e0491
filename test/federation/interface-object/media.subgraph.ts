/**
 * `shelf` knows books and films; `critics` knows media alone, as if that were an object type.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { media, mediumOf } from './data.ts';

interface Named {
  readonly id: string;
}

const byId = { __resolveReference: ({ id }: Named) => mediumOf(id) };

export const shelf = honest(
  'shelf',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  interface Medium @key(fields: "id") { id: ID!  title: String! }
  type Book implements Medium @key(fields: "id") { id: ID!  title: String!  pages: Int }
  type Film implements Medium @key(fields: "id") { id: ID!  title: String!  minutes: Int }
  type Query { media: [Medium!]! }`,
  { Query: { media: () => media }, Medium: byId, Book: byId, Film: byId },
);

interface Judged extends Named {
  readonly title: string;
}

export const critics = honest(
  'critics',
  `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5",
      import: ["@key", "@interfaceObject", "@external", "@requires"])
  type Medium @interfaceObject @key(fields: "id") {
    id: ID!
    title: String! @external
    stars: Int
    next: Medium
    mood: String @requires(fields: "title")
  }
  type Query { best: Medium }`,
  {
    Query: { best: () => ({ id: 'm2' }) },
    Medium: {
      stars: ({ id }: Named) => mediumOf(id)?.stars,
      next: ({ id }: Named) => ({ id: mediumOf(id)?.next }),
      mood: ({ id, title }: Judged) => `${title} feels like ${mediumOf(id)?.stars ?? 'null'}`,
    },
  },
);
