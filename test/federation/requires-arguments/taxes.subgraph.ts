/**
 * Two fields that need the same field with different arguments.
 */

import { honest } from '../../kit/fake-subgraph.ts';

const taxOf = ({ price }: { price: number }) => price / 5;

export const taxes = honest(
  'taxes',
  `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
  enum Currency { EUR USD CHF }
  type Product @key(fields: "id") {
    id: ID!
    price(currency: Currency! = CHF): Int @external
    euroTax: Float @requires(fields: "price(currency: EUR)")
    dollarTax: Float @requires(fields: "price(currency: USD)")
  }`,
  { Product: { euroTax: taxOf, dollarTax: taxOf } },
);
