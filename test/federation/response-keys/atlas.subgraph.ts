/**
 * Knows the places.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { places } from './data.ts';

interface Asked {
  readonly id: string;
}

export const atlas = honest(
  'atlas',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Place @key(fields: "id") { id: ID!  town: String  street: String  distance(from: Int!): Int }`,
  { Place: { __resolveReference: ({ id }: Asked) => places.find((place) => place.id === id) } },
);
