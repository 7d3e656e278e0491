/**
 * Two subgraphs that both answer positions, each with a part that the other has not.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { positions } from './data.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])';

const byId = { __resolveReference: ({ id }: { id: string }) => positions.find((one) => one.id === id) };

export const maps = honest(
  'maps',
  `${LINK}
  type Place @key(fields: "id") { id: ID!  position: Position @shareable  country: String }
  type Position @shareable { x: Int!  y: Int! }
  type Query { places: [Place!]! @shareable  origin: Position! @shareable }`,
  { Query: { places: () => positions, origin: () => ({ x: 0, y: 0 }) }, Place: byId },
);

export const heights = honest(
  'heights',
  `${LINK}
  type Place @key(fields: "id") { id: ID!  position: Position @shareable  height: Int }
  type Position @shareable { x: Int!  y: Int!  z: Int }
  type Query { places: [Place!]! @shareable  origin: Position! @shareable }`,
  { Query: { places: () => positions, origin: () => ({ x: 0, y: 0, z: 0 }) }, Place: byId },
);
