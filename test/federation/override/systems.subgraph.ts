/**
 * The old system still answers what it has given away; its answers differ, so that tests see who was asked.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { bills, papers } from './data.ts';

export const oldSystem = honest(
  'old',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  interface Paper { tax: String }
  type Bill implements Paper @key(fields: "id") {
    id: ID!  total: Int  tax: String  fee: String  note: String  half: String  third: String
  }
  type Reminder implements Paper @key(fields: "id") { id: ID!  tax: String }
  type Query { bills: [Bill!]!  papers: [Paper!]! }`,
  {
    Query: { bills: () => bills, papers: () => papers },
    Bill: {
      total: () => -1,
      tax: () => 'old',
      fee: () => 'old',
      note: () => 'old',
      half: () => 'old',
      third: () => 'old',
    },
    Reminder: { tax: () => 'none' },
  },
);

export const newSystem = honest(
  'new',
  `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])
  type Bill @key(fields: "id") {
    id: ID!
    total: Int @override(from: "old")
    tax: String @override(from: "old", label: "percent(100)")
    fee: String @override(from: "old", label: "percent(0)")
    note: String @override(from: "old", label: "move-notes")
    half: String @override(from: "old", label: "percent(50)")
    third: String @override(from: "old", label: "percent(33.3)")
  }`,
  {
    Bill: {
      total: () => 7,
      tax: () => 'new',
      fee: () => 'new',
      note: () => 'new',
      half: () => 'new',
      third: () => 'new',
    },
  },
);
