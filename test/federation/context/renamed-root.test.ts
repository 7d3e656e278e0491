/**
 * What a subgraph says where queries begin (@context of the root) is given on, though another subgraph that calls its
 * root otherwise has named the object by its own name.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { LINK } from './shop.subgraph.ts';

interface Named {
  readonly id: string;
}

const know = ({ id }: Named) => ({ id });

const shelves = honest(
  'shelves',
  `${LINK}
  schema { query: Shelves }
  type Shelves { book: Book  shelf: Shelf }
  type Shelf @key(fields: "id") { id: ID!  book: Book }
  type Book @key(fields: "id") { id: ID! }`,
  { Shelves: { book: () => ({ id: 'b' }), shelf: () => ({ id: 's', book: { id: 'b' } }) } },
);

const prices = honest(
  'prices',
  `${LINK}
  type Query @context(name: "around") { currency: String }
  type Shelf @key(fields: "id") @context(name: "around") { id: ID!  unit: String }
  type Book @key(fields: "id") {
    id: ID!
    price(
      in: String @fromContext(field: "$around ... on Query { currency } ... on Shelf { unit }")
    ): String
  }`,
  {
    Query: { currency: () => 'EUR' },
    Shelf: { __resolveReference: know, unit: () => 'USD' },
    Book: { __resolveReference: know, price: (_book: Named, given: { in: string }) => `3 ${given.in}` },
  },
);

let graph: Federation;

beforeAll(async () => {
  graph = await federate({
    subgraphs: [shelves, prices],
    truth: {
      currency: 'EUR',
      book: { id: 'b', price: '3 EUR' },
      shelf: { book: { id: 'b', price: '3 USD' } },
    },
  });
});

test.each([
  '{ book { price } }',
  '{ book { price } currency }',
  '{ book { price } shelf { book { price } } }',
])('%s', async (query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});
