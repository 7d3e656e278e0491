/**
 * Goods take a zone from the nearest of shop, stall and the root (a tent sets none), and a mark from whichever kind of
 * vehicle they are in.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import {
  byId,
  fitted,
  goods,
  placed,
  places as allPlaces,
  ROOT_ZONE,
  vehicles as allVehicles,
} from './data.ts';
import { LINK } from './shop.subgraph.ts';

interface Named {
  readonly id: string;
}

interface Zoned {
  readonly z: string | null;
}

const good = {
  __resolveReference: ({ id }: Named) => byId(goods, id),
  place: ({ id }: Named, { z }: Zoned) => placed(id, z),
  next: ({ next }: (typeof goods)[number]) => byId(goods, next),
};
const goodsOf = { goods: (place: (typeof allPlaces)[number]) => place.goods.map((id) => byId(goods, id)) };
const loadOf = { load: ({ load }: { load: readonly string[] }) => load.map((id) => ({ id })) };

export const places = honest(
  'places',
  `${LINK}
  type Query @context(name: "where") { zone: String!  places: [Place!]! }
  interface Place { id: ID!  zone: String!  goods: [Good!]! }
  type Shop implements Place @context(name: "where") { id: ID!  zone: String!  goods: [Good!]! }
  type Stall implements Place @context(name: "where") { id: ID!  zone: String!  goods: [Good!]! }
  type Tent implements Place { id: ID!  zone: String!  goods: [Good!]! }
  interface Good { id: ID!  next: Good }
  type Apple implements Good @key(fields: "id") {
    id: ID!  place(z: String @fromContext(field: "$where { zone }")): String  next: Good
    fits(size: Int!, z: String @fromContext(field: "$where { zone }")): String
  }
  type Pear implements Good @key(fields: "id") {
    id: ID!  place(z: String @fromContext(field: "$where { zone }")): String  next: Good
  }`,
  {
    Query: { zone: () => ROOT_ZONE, places: () => allPlaces },
    Shop: goodsOf,
    Stall: goodsOf,
    Tent: goodsOf,
    Apple: { ...good, fits: (_: unknown, { size, z }: Zoned & { size: number }) => fitted(z, size) },
    Pear: good,
  },
);

export const vehicles = honest(
  'vehicles',
  `${LINK}
  type Query { vehicles: [Vehicle!]! }
  union Vehicle @context(name: "vehicle") = Van | Bus
  type Van { id: ID!  plate: String  load: [Load!]! }
  type Bus { id: ID!  line: String  load: [Load!]! }
  type Load @key(fields: "id") {
    id: ID!  mark(m: String @fromContext(field: "$vehicle ... on Van { plate } ... on Bus { line }")): String
  }`,
  {
    Query: { vehicles: () => allVehicles },
    Van: loadOf,
    Bus: loadOf,
    Load: {
      __resolveReference: ({ id }: Named) => ({ id }),
      mark: ({ id }: Named, { m }: { m: string }) => placed(id, m),
    },
  },
);

export const colors = honest(
  'colors',
  `${LINK}
  type Apple @key(fields: "id") { id: ID!  color: String  pairs: [Pear!]! }
  type Pear @key(fields: "id") { id: ID! }`,
  { Apple: { __resolveReference: ({ id }: Named) => ({ id, color: 'green', pairs: [{ id: 'p1' }] }) } },
);
