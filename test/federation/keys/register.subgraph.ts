/**
 * Knows products by their id.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { products } from './data.ts';

export const register = honest(
  'register',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Product @key(fields: "id") { id: ID!  name: String }
  type Query { products: [Product!]! }`,
  {
    Query: { products: () => products },
    Product: { __resolveReference: ({ id }: { id: string }) => products.find((one) => one.id === id) },
  },
);
