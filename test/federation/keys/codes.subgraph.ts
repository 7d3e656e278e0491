/**
 * Translates between the id and the key made of a SKU and a nested name.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { products } from './data.ts';

interface Key {
  readonly id?: string;
  readonly sku?: string;
  readonly variant?: { readonly name: string };
}

export const codes = honest(
  'codes',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  type Product @key(fields: "id") @key(fields: "sku variant { name }") {
    id: ID!  sku: String! @shareable  variant: Variant! @shareable
  }
  type Variant @shareable { name: String! }`,
  {
    Product: {
      __resolveReference: ({ id, sku, variant }: Key) =>
        products.find((one) =>
          id === undefined ? one.sku === sku && one.variant.name === variant?.name : one.id === id,
        ),
    },
  },
);
