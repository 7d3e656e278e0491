/**
 * A field may need one that takes its value from the object around it (@fromContext): the value comes from yet another
 * subgraph, needs something itself, or fails.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8",
  import: ["@key", "@context", "@fromContext", "@external", "@requires"])`;

const itself = (given: object) => given;
const fail = () => {
  throw new Error('no');
};

test('a value that failed is the reason for what needs a field that takes it', async () => {
  const box = { id: 'b' };
  const stock = honest(
    'stock',
    `${LINK}
    type Box @key(fields: "id") @context(name: "box") {
      id: ID!  weight: Int @external  size: String @requires(fields: "weight")  item: Item
    }
    type Item @key(fields: "id") { id: ID!  fits(size: String @fromContext(field: "$box { size }")): String }`,
    {
      Box: {
        __resolveReference: itself,
        size: ({ weight }: { weight: number }) => `size ${weight}`,
        item: () => ({ id: 'i' }),
      },
      Item: { __resolveReference: itself, fits: (_: unknown, { size }: { size: string }) => `fits ${size}` },
    },
  );
  const packing = honest(
    'packing',
    `${LINK}
    type Query { box: Box }
    type Box @key(fields: "id") {
      id: ID!  weight: Int  item: Item @external  packed: String @requires(fields: "item { fits }")
    }
    type Item @key(fields: "id") { id: ID!  fits: String @external }`,
    {
      Query: { box: () => box },
      Box: {
        __resolveReference: itself,
        weight: fail,
        packed: ({ item }: { item: { fits: string } }) => `packed ${item.fits}`,
      },
    },
  );
  const { compiled } = await federate({ subgraphs: [stock, packing] });
  const code = 'SUBGRAPH_FAILED';
  const { data, errors } = await compiled('{ box { packed } }');
  expect({ data, errors }).toEqual({
    data: { box: { packed: null } },
    errors: [{ code, path: ['box', 'packed'] }],
  });
  const both = await compiled('{ box { packed item { fits } } }');
  expect({ data: both.data, errors: both.errors }).toEqual({
    data: { box: { packed: null, item: { fits: null } } },
    errors: [
      { code, path: ['box', 'item', 'fits'] },
      { code, path: ['box', 'packed'] },
    ],
  });
});

test('a field that takes a value is not asked for in a fetch of the root', async () => {
  const boxes = [
    { id: 'b', size: 'big', item: { id: 'i', fits: 'fits big' }, packed: 'packed fits big' },
    { id: 's', size: 'small', item: { id: 'i', fits: 'fits small' }, packed: 'packed fits small' },
  ];
  const boxOf = (id: string) => boxes.find((box) => box.id === id);
  const stock = honest(
    'stock',
    `${LINK}
    type Query { boxes: [Box!]! }
    type Box @key(fields: "id") @context(name: "box") { id: ID!  size: String! @external  item: Item }
    type Item @key(fields: "id") { id: ID!  fits(size: String @fromContext(field: "$box { size }")): String }`,
    {
      Query: { boxes: () => boxes.map(({ id }) => ({ id })) },
      Box: { __resolveReference: itself, item: () => ({ id: 'i' }) },
      Item: { __resolveReference: itself, fits: (_: unknown, { size }: { size: string }) => `fits ${size}` },
    },
  );
  const packing = honest(
    'packing',
    `${LINK}
    type Box @key(fields: "id") { id: ID!  item: Item @external  packed: String @requires(fields: "item { fits }") }
    type Item @key(fields: "id") { id: ID!  fits: String @external }`,
    {
      Box: {
        __resolveReference: itself,
        packed: ({ item }: { item: { fits: string } }) => `packed ${item.fits}`,
      },
    },
  );
  const sizes = honest('sizes', `${LINK} type Box @key(fields: "id") { id: ID!  size: String! }`, {
    Box: { __resolveReference: ({ id }: { id: string }) => boxOf(id) },
  });
  const { agreed } = await federate({ subgraphs: [stock, packing, sizes], truth: { boxes } });
  await agreed('{ boxes { packed } }');
  await agreed('{ boxes { item { fits } packed } }');
});

test('what the value needs is asked of the subgraph that takes it, before it takes it', async () => {
  const boxes = [{ id: 'b', items: [{ id: 'i', fits: 'fits size of area of 3' }] }];
  const itemsOf = () => [{ id: 'i' }];
  const stock = honest(
    'stock',
    `${LINK}
    type Box @key(fields: "id") @context(name: "box") {
      id: ID!  height: Int  size: String! @external  items: [Item!]
    }
    type Item @key(fields: "id") { id: ID!  fits(size: String @fromContext(field: "$box { size }")): String }`,
    {
      Box: { __resolveReference: itself, height: () => 3, items: itemsOf },
      Item: { __resolveReference: itself, fits: (_: unknown, { size }: { size: string }) => `fits ${size}` },
    },
  );
  const sizes = honest(
    'sizes',
    `${LINK}
    type Box @key(fields: "id") { id: ID!  area: String @external  size: String! @requires(fields: "area") }`,
    { Box: { __resolveReference: itself, size: ({ area }: { area: string }) => `size of ${area}` } },
  );
  const areas = honest(
    'areas',
    `${LINK}
    type Query { boxes: [Box!]! }
    type Box @key(fields: "id") { id: ID!  height: Int @external  area: String @requires(fields: "height") }`,
    {
      Query: { boxes: () => [{ id: 'b' }] },
      Box: { __resolveReference: itself, area: ({ height }: { height: number }) => `area of ${height}` },
    },
  );
  const { agreed } = await federate({ subgraphs: [stock, sizes, areas], truth: { boxes } });
  await agreed('{ boxes { items { fits } } }');
});
