/**
 * The same directives under other names, in each subgraph under its own.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { desks } from './data.ts';

const byId = { __resolveReference: ({ id }: { id: string }) => desks.find((desk) => desk.id === id) };

export const rooms = honest(
  'rooms',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
    import: [{ name: "@key", as: "@identity" }, { name: "@shareable", as: "@common" }, "@tag"])
  directive @key(room: String) on FIELD_DEFINITION
  type Desk @identity(fields: "id") { id: ID!  width: Int @common  room: String @key(room: "any") @tag(name: "x") }
  type Query { desks: [Desk!]! }`,
  { Query: { desks: () => desks }, Desk: byId },
);

export const users = honest(
  'users',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
    import: [{ name: "@key", as: "@by" }, { name: "@external", as: "@theirs" }, { name: "@requires", as: "@needs" }])
  type Desk @by(fields: "id") {
    id: ID!  width: Int @theirs  user: String  note: String @needs(fields: "width")
  }`,
  {
    Desk: {
      user: ({ id }: { id: string }) => `user of ${id}`,
      note: ({ width }: { width: number }) => `${width} wide`,
    },
  },
);
