/**
 * Owns titles and people.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { titles, towns } from './data.ts';

interface Named {
  readonly id: string;
}

const country = { name: 'Land', head: { name: 'President', since: 1999 } };
const title = ({ id }: Named) => titles[id];

export const owners = honest(
  'owners',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  type Book @key(fields: "id") { id: ID!  title: String @shareable  pages: Int }
  type Film @key(fields: "id") { id: ID!  title: String @shareable }
  type User @key(fields: "id") { id: ID!  home: Home @shareable }
  type Home @shareable { town: String  street: String  country: Country }
  type Country @shareable { name: String  head: Head }
  type Head @shareable { name: String  since: Int }
  type Query { nothing: Int }`,
  {
    Book: { title, pages: () => 64 },
    Film: { title },
    User: { home: ({ id }: Named) => ({ town: towns[id], street: 'Main', country }) },
  },
);
