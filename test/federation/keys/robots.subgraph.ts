/**
 * Knows only what lies on which shelf; a search of its own leads back to the other keys.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { products } from './data.ts';

interface Key {
  readonly shelf: { readonly aisle: { readonly number: number }; readonly place: number };
}

export const robots = honest(
  'robots',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  type Product @key(fields: "shelf { aisle { number } place }") { shelf: Shelf! @shareable  weight: Int }
  type Shelf @shareable { aisle: Aisle!  place: Int! }
  type Aisle @shareable { number: Int! }`,
  {
    Product: {
      __resolveReference: ({ shelf }: Key) =>
        products.find(
          (one) => one.shelf.place === shelf.place && one.shelf.aisle.number === shelf.aisle.number,
        ),
    },
  },
);
