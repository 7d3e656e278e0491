/**
 * The subgraph that is asked first knows fewer types of an interface than the one that it leads to by the interface’s
 * key, and has another of those types, but not as one of the interface. The planner alone cannot plan it.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires"])`;

interface Sent {
  readonly id: string;
  readonly side?: number;
}
const itself = { __resolveReference: (sent: Sent) => sent };
const resolveType = { __resolveType: () => 'Disc' };

test('nothing is asked of types that cannot come from there', async () => {
  const disc = { __typename: 'Disc', id: 'd' };
  const slab = { __typename: 'Slab', id: 's' };
  const drawing = honest(
    'drawing',
    `${LINK}
    type Query { shape: Shape  slab: Slab }
    interface Shape { id: ID! }
    type Disc implements Shape @key(fields: "id") { id: ID! }
    type Slab @key(fields: "id", resolvable: false) { id: ID! }`,
    { Query: { shape: () => disc, slab: () => slab }, Shape: resolveType, Disc: itself },
  );
  const measuring = honest(
    'measuring',
    `${LINK}
    interface Shape @key(fields: "id") { id: ID!  area: String }
    type Disc implements Shape @key(fields: "id") { id: ID!  area: String }
    type Slab implements Shape @key(fields: "id") {
      id: ID!  side: Int @external  area: String @requires(fields: "side")
    }`,
    {
      Shape: { ...resolveType, ...itself },
      Disc: { ...itself, area: ({ id }: Sent) => `round ${id}` },
      Slab: { ...itself, area: ({ side }: Sent) => `square of ${side}` },
    },
  );
  const sides = honest('sides', `${LINK} type Slab @key(fields: "id") { id: ID!  side: Int }`, {
    Slab: { ...itself, side: () => 3 },
  });
  const truth = { shape: { ...disc, area: 'round d' }, slab: { ...slab, area: 'square of 3' } };
  const { agreed } = await federate({ subgraphs: [drawing, measuring, sides], truth });
  await agreed('{ shape { area } }');
  await agreed('{ shape { id area ... on Disc { again: area } } slab { area } }');
});
