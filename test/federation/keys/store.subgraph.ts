/**
 * Knows products by SKU and variant, and where they lie.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { products } from './data.ts';

interface Key {
  readonly sku: string;
  readonly variant: { readonly name: string };
}

export const store = honest(
  'store',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  type Product @key(fields: "sku variant { name }") @key(fields: "shelf { aisle { number } place }") {
    sku: String! @shareable  variant: Variant! @shareable  shelf: Shelf! @shareable  inStock: Int!
  }
  type Variant @shareable { name: String!  colour: String }
  type Shelf @shareable { aisle: Aisle!  place: Int! }
  type Aisle @shareable { number: Int! }`,
  {
    Product: {
      __resolveReference: ({ sku, variant }: Key) =>
        products.find((one) => one.sku === sku && one.variant.name === variant.name),
    },
    Variant: {
      colour: ({ name }: { name: string }) =>
        products.find((one) => one.variant.name === name)?.variant.colour,
    },
  },
);
