/**
 * Reckons the volume from parts that others know, through a list of objects.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { volumeOf } from './data.ts';

export const measuring = honest(
  'measuring',
  `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
  type Box @key(fields: "id") {
    id: ID!
    parts: [Part!]! @external
    volume: Int @requires(fields: "parts { size { width height } }")
  }
  type Part { size: Size @external }
  type Size { width: Int! @external  height: Int @external }`,
  { Box: { volume: ({ parts }: { parts: Parameters<typeof volumeOf>[0] }) => volumeOf(parts) } },
);
