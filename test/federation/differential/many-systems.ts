/**
 * Four subgraphs with much of federation at once: several and compound keys, keys that lead nowhere, unions of
 * entities, interfaces, value types that several know, scalars of its own, lists of lists, hidden enum values,
 * arguments inside @requires, and chains of it.
 */

import { honest } from '../../kit/fake-subgraph.ts';

interface Named {
  readonly id: string;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
  import: ["@key", "@external", "@requires", "@shareable", "@inaccessible"])`;

const RATES = { EUR: 1, USD: 2 };
type Currency = keyof typeof RATES;
const moneyOf = (amount: number, currency: Currency) => ({ amount: amount * RATES[currency], currency });

function partOf(id: string, size: readonly number[], grade: string | null, price: number) {
  const weight = size.reduce((sum, each) => sum + each, 0);
  return {
    __typename: 'Part',
    id,
    code: { maker: `m${id}`, number: Number(id) },
    size,
    grade,
    grid: [[1, null], [], [weight]],
    meta: { any: [id, { deep: null }] },
    price: ({ currency }: { currency: Currency }) => moneyOf(price, currency),
    weight,
    postage: weight * 2 + price,
    advice: `send for ${weight * 2 + price}`,
    place: { aisle: id, spot: { x: weight, y: null } },
    stock: weight > 5 ? null : weight,
  };
}

const parts = [partOf('1', [1, 2], 'GOOD', 10), partOf('2', [7], 'SECRET', 20), partOf('3', [], null, 0)];
type Part = (typeof parts)[number];
const partById = (id: string) => parts.find((part) => part.id === id) ?? null;
const partBy = ({ id, code }: { readonly id?: string; readonly code?: Part['code'] }) =>
  parts.find((part) =>
    id === undefined ? part.code.maker === code?.maker && part.code.number === code.number : part.id === id,
  );

const kits = [
  {
    __typename: 'Kit',
    id: 'k1',
    label: 'All',
    contents: () => [...parts, null],
    main: () => parts[0],
    related: () => [parts[1], kits[1]],
    grade: 'FAIR',
    stock: 3,
    maker: { id: 'w1', town: 'Rome' },
  },
  {
    __typename: 'Kit',
    id: 'k2',
    label: 'None',
    contents: () => [],
    main: () => null,
    related: () => [kits[0], parts[2], null],
    grade: null,
    stock: null,
    maker: null,
  },
];
const kitById = ({ id }: Named) => kits.find((kit) => kit.id === id) ?? null;

export const truth = {
  parts,
  part: ({ id }: Named) => partById(id),
  kits,
  all: () => [...parts, ...kits],
  graded: () => [parts[0], kits[0], parts[1]],
  cheapest: () => parts[2],
  search: ({ grade }: { grade?: string | null }) =>
    parts.filter((part) => grade == null || part.grade === grade),
};

export const design = honest(
  'design',
  `${LINK}
  scalar Json
  enum Grade { GOOD FAIR SECRET @inaccessible }
  interface Graded { grade: Grade }
  type Code @shareable { maker: String!  number: Int! }
  type Part implements Graded @key(fields: "id") @key(fields: "code { maker number }") {
    id: ID!  code: Code! @shareable  size: [Int!]  grade: Grade  grid: [[Int]!]  meta: Json
  }
  type Kit implements Graded @key(fields: "id") {
    id: ID!  label: String!  contents: [Part]!  main: Part  related: [Thing]!  grade: Grade  maker: Maker
  }
  type Maker @key(fields: "id", resolvable: false) { id: ID! }
  union Thing = Part | Kit
  type Query {
    parts: [Part!]!  part(id: ID!): Part  kits: [Kit!]!  all: [Thing!]!  graded: [Graded]!  search(grade: Grade): [Part!]
  }`,
  {
    Query: Object.fromEntries(
      Object.entries(truth).map(([name, found]) => [
        name,
        (_: unknown, given: never) => (typeof found === 'function' ? found(given) : found),
      ]),
    ),
    Part: { __resolveReference: partBy },
    Kit: { __resolveReference: kitById },
  },
);

export const prices = honest(
  'prices',
  `${LINK}
  enum Currency { EUR USD }
  type Money @shareable { amount: Float!  currency: Currency! }
  type Code @shareable { maker: String!  number: Int! }
  type Part @key(fields: "code { maker number }") { code: Code! @shareable  price(currency: Currency! = USD): Money  weight: Int }
  type Query { cheapest: Part! }`,
  { Query: { cheapest: truth.cheapest }, Part: { __resolveReference: partBy } },
);

interface Posted {
  readonly price: { readonly amount: number } | null;
  readonly weight: number;
}

export const sending = honest(
  'sending',
  `${LINK}
  enum Currency { EUR USD }
  type Money @shareable { amount: Float!  currency: Currency! }
  type Part @key(fields: "id") {
    id: ID!
    weight: Int @external
    price(currency: Currency! = USD): Money @external
    postage: Float @requires(fields: "weight price(currency: EUR) { amount }")
  }`,
  { Part: { postage: ({ price, weight }: Posted) => weight * 2 + (price?.amount ?? 0) } },
);

export const store = honest(
  'store',
  `${LINK}
  type Spot @shareable { x: Int!  y: Int }
  type Place { aisle: String!  spot: Spot }
  type Part @key(fields: "id") {
    id: ID!  place: Place  stock: Int
    postage: Float @external
    advice: String! @requires(fields: "postage")
  }
  type Kit @key(fields: "id") { id: ID!  stock: Int }
  type Maker @key(fields: "id") { id: ID!  town: String! }`,
  {
    Part: {
      __resolveReference: (given: { id: string; postage?: number }) => ({
        ...partBy({ id: given.id }),
        ...given,
      }),
      advice: ({ postage }: { postage: number }) => `send for ${postage}`,
    },
    Kit: { __resolveReference: kitById },
    Maker: { __resolveReference: ({ id }: Named) => ({ id, town: 'Rome' }) },
  },
);
