/**
 * The old system still answers what it has given away; its answers differ, so that tests see who was asked.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { bills } from './data.ts';

export const oldSystem = honest(
  'old',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  type Bill @key(fields: "id") { id: ID!  total: Int  tax: String  fee: String  note: String }
  type Query { bills: [Bill!]! }`,
  {
    Query: { bills: () => bills },
    Bill: { total: () => -1, tax: () => 'old', fee: () => 'old', note: () => 'old' },
  },
);

export const newSystem = honest(
  'new',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])
  type Bill @key(fields: "id") {
    id: ID!
    total: Int @override(from: "old")
    tax: String @override(from: "old", label: "percent(100)")
    fee: String @override(from: "old", label: "percent(0)")
    note: String @override(from: "old", label: "move-notes")
  }`,
  { Bill: { total: () => 7, tax: () => 'new', fee: () => 'new', note: () => 'new' } },
);
