/**
 * An object that several systems make together, one of which does not know whose it is: that one's fields are null
 * where they may be, as if all of the object were its own.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { mergedParts } from '../kit/merged-parts.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@external", "@requires"])';

const names = honest(
  'names',
  `${LINK}
  type Box @key(fields: "id") { id: ID! size: Size @shareable sizes: [Size!] @shareable }
  type Size { name: String }
  type Query { boxes: [Box!]! }`,
  {
    Query: {
      boxes: () => ['b1', 'b2'].map((id) => ({ id, size: { name: 'small' }, sizes: [{ name: 'small' }] })),
    },
  },
);

/** Knows one box only. */
const measures = honest(
  'measures',
  `${LINK}
  type Box @key(fields: "id") { id: ID! code: String @shareable size: Size @shareable sizes: [Size!] @shareable }
  type Size { width: Int depth: Int! }`,
  {
    Box: {
      __resolveReference: ({ id }: { id: string }) =>
        id === 'b1'
          ? { id, code: 'c1', size: { width: 2, depth: 3 }, sizes: [{ width: 2, depth: 3 }] }
          : null,
    },
  },
);

const prices = honest(
  'prices',
  `${LINK}
  type Box @key(fields: "id") { id: ID! size: Size @external price: Int @requires(fields: "size { width }") }
  type Size { width: Int @external }`,
  { Box: { price: ({ size }: { size: { width: number } | null }) => (size === null ? 0 : size.width * 10) } },
);

/** Knows boxes by the code that `measures` has for them. */
const costs = honest(
  'costs',
  `${LINK}
  type Box @key(fields: "code") { code: String @shareable size: Size @shareable sizes: [Size!] @shareable }
  type Size { cost: Int }`,
  { Box: { __resolveReference: () => ({ code: 'c1', size: { cost: 7 }, sizes: [{ cost: 7 }] }) } },
);

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [names, measures, prices, costs] });
});

test('a field that may be null is null without an error, in lists too', async () => {
  expect(await graph.compiled('{ boxes { size { name width } sizes { name width } } }')).toMatchObject({
    data: {
      boxes: [
        { size: { name: 'small', width: 2 }, sizes: [{ name: 'small', width: 2 }] },
        { size: { name: 'small', width: null }, sizes: [{ name: 'small', width: null }] },
      ],
    },
    errors: [],
  });
});

test('a field that may not be null takes the object with it, and an error says so', async () => {
  expect(await graph.compiled('{ boxes { size { name depth } } }')).toMatchObject({
    data: { boxes: [{ size: { name: 'small', depth: 3 } }, { size: null }] },
    errors: [{ path: ['boxes', 1, 'size', 'depth'], code: 'SUBGRAPH_RESPONSE_INVALID' }],
  });
});

test('nor is there an error for what needs it', async () => {
  expect(await graph.compiled('{ boxes { size { name } price } }')).toMatchObject({
    data: {
      boxes: [
        { size: { name: 'small' }, price: 20 },
        { size: { name: 'small' }, price: null },
      ],
    },
    errors: [],
  });
});

test('nor where it is not asked at all, because nobody knows its key', async () => {
  expect(await graph.compiled('{ boxes { size { name cost } sizes { name cost } } }')).toMatchObject({
    data: {
      boxes: [
        { size: { name: 'small', cost: 7 }, sizes: [{ name: 'small', cost: 7 }] },
        { size: { name: 'small', cost: null }, sizes: [{ name: 'small', cost: null }] },
      ],
    },
    errors: [],
  });
});

test('the same in parts', async () => {
  const query = '{ boxes { size { name ... @defer { width } } ... @defer { price } } }';
  expect(await mergedParts(graph, query)).toEqual(
    INCREMENTAL_FORMATS.map(() => ({
      data: {
        boxes: [
          { size: { name: 'small', width: 2 }, price: 20 },
          { size: { name: 'small', width: null }, price: null },
        ],
      },
      errors: [],
    })),
  );
});
