/**
 * Needs the volume, which itself needs the parts; and needs its own result again.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { costOf } from './data.ts';

interface Needed {
  readonly volume: number;
  readonly weight: number | null;
}

export const freight = honest(
  'freight',
  `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
  type Box @key(fields: "id") {
    id: ID!
    volume: Int @external
    weight: Int @external
    cost: Int @requires(fields: "volume weight")
  }`,
  { Box: { cost: ({ volume, weight }: Needed) => costOf(volume, weight) } },
);
