/**
 * An argument inside a @requires belongs to the field that needs it, and to nobody else.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { ids, productOf } from './data.ts';
import { lots, more, needs, truth } from './offers.subgraph.ts';
import { prices } from './prices.subgraph.ts';
import { taxes } from './taxes.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [prices, taxes], truth: { products: () => ids.map(productOf) } });
});

test('a field gets what it needs with the argument that it names', async () => {
  expect((await graph.agreed('{ products { dollarTax } }')).data).toEqual({
    products: [{ dollarTax: 4 }, { dollarTax: 10 }],
  });
});

test('what the client asked for keeps the client’s own argument', async () => {
  expect((await graph.agreed('{ products { price(currency: USD) euroTax } }')).data).toEqual({
    products: [
      { price: 20, euroTax: 2 },
      { price: 50, euroTax: 5 },
    ],
  });
});

test('what the client asked for keeps its default argument', async () => {
  expect((await graph.agreed('{ products { euroTax price } }')).data).toEqual({
    products: [
      { euroTax: 2, price: 30 },
      { euroTax: 5, price: 75 },
    ],
  });
});

test('two fields that need the same field with different arguments each get theirs', async () => {
  expect((await graph.agreed('{ products { euroTax dollarTax price(currency: EUR) } }')).data).toEqual({
    products: [
      { euroTax: 2, dollarTax: 4, price: 10 },
      { euroTax: 5, dollarTax: 10, price: 25 },
    ],
  });
});

test('each subgraph is asked in its own words', async () => {
  graph.takeAsked();
  await graph.compiled('{ products { euroTax dollarTax } }');
  const [first, ...others] = graph.takeAsked();
  expect(first?.query).toBe(
    '{products{__typename id price__required1:price(currency:USD)price__required0:price(currency:EUR)}}',
  );
  const products = (prices: readonly number[]) =>
    prices.map((price, index) => ({ __typename: 'Product', id: ids[index], price }));
  expect(others.map(({ subgraph, variables }) => [subgraph, variables])).toEqual([
    ['taxes', { representations_0: products([10, 25]), representations_1: products([20, 50]) }],
  ]);
});

test.each([
  ['below another field', '{ lots { cheap dear } }'],
  ['in lists', '{ lots { wide narrow } }'],
  ['beside one that names no argument', '{ lots { plain dear offer { price(factor: 3) } } }'],
  [
    'all of them, in two subgraphs, beside the client’s own',
    '{ lots { again cheap dear plain narrow wide name offer { price again: price(factor: 4) } sizes { width width__client: width(unit: "cm") } } }',
  ],
])('needs with different arguments: %s', async (_name, query) => {
  const graphOfLots = await federate({ subgraphs: [lots, needs, more], truth });
  expect((await graphOfLots.agreed(query)).errors).toEqual([]);
});
