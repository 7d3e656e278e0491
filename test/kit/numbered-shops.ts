/**
 * A shop that says which one it is in every field, and the prices beside it: a request that saw two supergraphs would
 * mix two numbers. Knows nothing of how one follows the other.
 */

import { honest } from './fake-subgraph.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

/** Says which one it is in every field; `spare` is there only to make a schema of its own. */
export const shopNumber = (number: number) =>
  honest(
    'shop',
    `${LINK} type Query { first: String  second: Item  spare${number}: Int }
     type Item @key(fields: "id") { id: ID!  name: String }`,
    {
      Query: { first: () => `shop ${number}`, second: () => ({ id: '1' }) },
      Item: { name: () => `shop ${number}`, __resolveReference: ({ id }: { id: string }) => ({ id }) },
    },
  );

export const prices = honest(
  'prices',
  `${LINK} type Query { currency: String } type Item @key(fields: "id") { id: ID!  price: Int }`,
  {
    Query: { currency: () => 'EUR' },
    Item: { __resolveReference: ({ id }: object & { id: string }) => ({ id, price: 7 }) },
  },
);
