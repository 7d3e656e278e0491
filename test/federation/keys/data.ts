/**
 * Two products. Each subgraph knows them by another key, so that the weight can only be reached by a chain.
 */

const product = (id: string, sku: string, place: number, weight: number) => ({
  id,
  sku,
  variant: { name: `${sku}-red`, colour: 'red' },
  shelf: { aisle: { number: place + 10 }, place },
  weight,
  inStock: place * 3,
  name: `Product ${id}`,
});

export const products = [product('1', 'chair', 4, 12), product('2', 'table', 5, 40)];
