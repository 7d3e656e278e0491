/**
 * Knows what people think of the works, and nothing else about them.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { works } from './data.ts';

const findWork = ({ id }: { id: string }) => works.find((work) => work.id === id);

export const ratings = honest(
  'ratings',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Book @key(fields: "id") { id: ID!  stars: Int  reviews: [Review!]! }
  type Film @key(fields: "id") { id: ID!  stars: Int  reviews: [Review!]! }
  type Review { stars: Int!  about: Book }`,
  { Book: { __resolveReference: findWork }, Film: { __resolveReference: findWork } },
);
