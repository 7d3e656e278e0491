/**
 * An entity is found by whichever key its subgraph understands, also where that key must be fetched first.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { codes } from './codes.subgraph.ts';
import { products } from './data.ts';
import { register } from './register.subgraph.ts';
import { robots } from './robots.subgraph.ts';
import { store } from './store.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [register, codes, store, robots], truth: { products } });
});

test('a chain of keys is followed to its end, and none of them shows in the answer', async () => {
  graph.takeAsked();
  expect((await graph.agreed('{ products { weight } }')).data).toEqual({
    products: [{ weight: 12 }, { weight: 40 }],
  });
  expect(graph.takeAsked().map(({ subgraph, variables }) => [subgraph, variables])).toEqual([
    ['register', {}],
    [
      'codes',
      {
        representations: [
          { __typename: 'Product', id: '1' },
          { __typename: 'Product', id: '2' },
        ],
      },
    ],
    [
      'store',
      {
        representations: [
          { __typename: 'Product', sku: 'chair', variant: { name: 'chair-red' } },
          { __typename: 'Product', sku: 'table', variant: { name: 'table-red' } },
        ],
      },
    ],
    [
      'robots',
      {
        representations: [
          { __typename: 'Product', shelf: { aisle: { number: 14 }, place: 4 } },
          { __typename: 'Product', shelf: { aisle: { number: 15 }, place: 5 } },
        ],
      },
    ],
  ]);
});

test('parts of a key that the client asked for stand beside parts that it did not', async () => {
  expect(
    (await graph.agreed('{ products { shelf { place } variant { colour } weight name } }')).data,
  ).toEqual({
    products: [
      { shelf: { place: 4 }, variant: { colour: 'red' }, weight: 12, name: 'Product 1' },
      { shelf: { place: 5 }, variant: { colour: 'red' }, weight: 40, name: 'Product 2' },
    ],
  });
});

test('a client’s alias may be the name of a key', async () => {
  expect((await graph.agreed('{ products { id: name sku: weight shelf: inStock } }')).data).toEqual({
    products: [
      { id: 'Product 1', sku: 12, shelf: 12 },
      { id: 'Product 2', sku: 40, shelf: 15 },
    ],
  });
});
