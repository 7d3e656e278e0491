/**
 * Needs with arguments below other fields and in lists, of which one subgraph has two, and another the same once more.
 */

import { honest } from '../../kit/fake-subgraph.ts';

interface Offer {
  readonly price: number;
}
interface Offered {
  readonly offer: Offer;
  readonly sizes: readonly { readonly width: number }[];
  readonly name: string;
}

const SHAPES = `
  type Offer { price(factor: Int! = 1): Int }
  type Size { width(unit: String! = "m"): Int }`;
const WIDTHS: Readonly<Record<string, number>> = { m: 1, cm: 100, mm: 1_000 };
const given = { price: ({ factor }: { factor: number }) => 5 * factor };
const width = ({ unit }: { unit: string }) => 2 * (WIDTHS[unit] ?? 0);

export const truth = {
  lots: () => [
    {
      id: '1',
      name: 'lamp',
      offer: given,
      sizes: [{ width }, { width }],
      cheap: 'lamp 5',
      dear: 'lamp 50',
      narrow: 400,
      wide: 4_000,
      plain: 'lamp 5',
      again: 50,
    },
  ],
};

export const lots = honest(
  'lots',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  type Offer @shareable { price(factor: Int! = 1): Int }
  type Size @shareable { width(unit: String! = "m"): Int }
  type Lot @key(fields: "id") { id: ID!  name: String  offer: Offer  sizes: [Size!] }
  type Query { lots: [Lot!]! }`,
  { Query: { lots: () => [{ id: '1', name: 'lamp', offer: given, sizes: [{ width }, { width }] }] } },
);

const EXTERNAL = SHAPES.replaceAll('): Int', '): Int @external');
const NEEDS = 'import: ["@key", "@external", "@requires"]';
const sum = ({ sizes }: Offered) => sizes.reduce((total, size) => total + size.width, 0);
const priced = ({ name, offer }: Offered) => `${name} ${offer.price}`;

export const needs = honest(
  'needs',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", ${NEEDS}) ${EXTERNAL}
  type Lot @key(fields: "id") {
    id: ID!  name: String @external  offer: Offer @external  sizes: [Size!] @external
    cheap: String @requires(fields: "name offer { price(factor: 1) }")
    dear: String @requires(fields: "name offer { price(factor: 10) }")
    plain: String @requires(fields: "name offer { price }")
    narrow: Int @requires(fields: "sizes { width(unit: \\"cm\\") }")
    wide: Int @requires(fields: "sizes { width(unit: \\"mm\\") }")
  }`,
  { Lot: { cheap: priced, dear: priced, plain: priced, narrow: sum, wide: sum } },
);

export const more = honest(
  'more',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", ${NEEDS})
  ${EXTERNAL.slice(0, EXTERNAL.indexOf('type Size'))}
  type Lot @key(fields: "id") {
    id: ID!  offer: Offer @external  again: Int @requires(fields: "offer { price(factor: 10) }")
  }`,
  { Lot: { again: ({ offer }: Offered) => offer.price } },
);
