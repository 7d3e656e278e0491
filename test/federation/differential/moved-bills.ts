/**
 * Fields that have moved from one subgraph to another (@override), which the old one still answers, wrongly.
 */

import { honest } from '../../kit/fake-subgraph.ts';

interface Named {
  readonly id: string;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@override", "@shareable", "@external", "@requires"])`;

const bills = [
  {
    id: '1',
    total: 7,
    tax: 1.5,
    payer: { id: 'a', name: 'Ada' },
    lines: [{ text: 'x', cost: 3 }, null],
    note: 'n1',
    open: 7,
  },
  { id: '2', total: null, tax: null, payer: null, lines: [], note: null, open: 0 },
];
const [first] = bills;

export const truth = {
  bills,
  bill: ({ id }: Named) => bills.find((bill) => bill.id === id) ?? null,
  latest: first,
};

const byId = { __resolveReference: ({ id }: Named) => bills.find((bill) => bill.id === id) };
const wrong = {
  total: () => -1,
  tax: () => -1,
  lines: () => [],
  payer: () => ({ id: 'wrong', name: 'wrong' }),
};

export const oldSystem = honest(
  'old',
  `${LINK}
  type Bill @key(fields: "id") { id: ID!  total: Int  tax: Float  lines: [Line]!  payer: Payer  note: String }
  type Line @shareable { text: String!  cost: Int }
  type Payer @shareable { id: ID!  name: String }
  type Query { bills: [Bill!]!  bill(id: ID!): Bill  latest: Bill! }`,
  {
    Query: { bills: () => bills, bill: (_: unknown, given: Named) => truth.bill(given), latest: () => null },
    Bill: { ...byId, ...wrong },
  },
);

export const newSystem = honest(
  'new',
  `${LINK}
  type Bill @key(fields: "id") {
    id: ID!
    total: Int @override(from: "old")
    tax: Float @override(from: "old")
    lines: [Line]! @override(from: "old")
    payer: Payer @override(from: "old")
  }
  type Line @shareable { text: String!  cost: Int }
  type Payer @shareable { id: ID!  name: String }
  type Query { latest: Bill! @override(from: "old") }`,
  { Query: { latest: () => first }, Bill: byId },
);

export const collecting = honest(
  'collecting',
  `${LINK}
  type Bill @key(fields: "id") { id: ID!  total: Int @external  open: Int! @requires(fields: "total") }`,
  { Bill: { open: ({ total }: { total: number | null }) => total ?? 0 } },
);
