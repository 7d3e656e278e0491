/**
 * Knows what was sent where, and of a place nothing but its key.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { sent } from './data.ts';

export const post = honest(
  'post',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Letter { to: Place! }
  type Parcel { to: Place! }
  union Sent = Letter | Parcel
  type Place @key(fields: "id", resolvable: false) { id: ID! }
  type Query { sent: [Sent!]! }`,
  { Query: { sent: () => sent } },
);
