/**
 * The end of the chain: needs the cost, which needs the volume, which needs the parts.
 */

import { honest } from '../../kit/fake-subgraph.ts';

export const advice = honest(
  'advice',
  `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
  type Box @key(fields: "id") {
    id: ID!
    cost: Int @external
    volume: Int @external
    advice: String @requires(fields: "cost volume")
  }`,
  {
    Box: {
      advice: ({ cost, volume }: { cost: number; volume: number }) => `pay ${cost} for ${volume}`,
    },
  },
);
