/**
 * Knows what products cost.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { ids, priceOf, type Currency } from './data.ts';

export const prices = honest(
  'prices',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  enum Currency { EUR USD CHF }
  type Product @key(fields: "id") { id: ID!  price(currency: Currency! = CHF): Int }
  type Query { products: [Product!]! }`,
  {
    Query: { products: () => ids.map((id) => ({ id })) },
    Product: {
      price: ({ id }: { id: string }, { currency }: { currency: Currency }) => priceOf(id, currency),
    },
  },
);
