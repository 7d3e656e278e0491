/**
 * An entity that is led to by the key of another system, which does not know it: what stands behind is null where it
 * may be, as if its own owner did not know the entity.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { mergedParts } from '../kit/merged-parts.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

const shelves = honest(
  'shelves',
  `${LINK}
  type Box @key(fields: "label") { label: String! }
  type Query { boxes: [Box]! }`,
  { Query: { boxes: () => [{ label: 'known' }, { label: 'strange' }] } },
);

/** Knows which id a label stands for. */
const register = honest(
  'register',
  `${LINK}
  type Box @key(fields: "label") @key(fields: "id") { label: String! id: ID! }`,
  {
    Box: {
      __resolveReference: ({ label }: { label: string }) => (label === 'known' ? { label, id: 'b1' } : null),
    },
  },
);

const contents = honest(
  'contents',
  `${LINK}
  type Box @key(fields: "id") { id: ID! content: Content weight: Int! }
  type Content { name: String! }`,
  { Box: { __resolveReference: () => ({ id: 'b1', content: { name: 'screws' }, weight: 5 }) } },
);

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [shelves, register, contents] });
});

test('a field that may be null is null without an error', async () => {
  expect(await graph.compiled('{ boxes { label content { name } } }')).toMatchObject({
    data: {
      boxes: [
        { label: 'known', content: { name: 'screws' } },
        { label: 'strange', content: null },
      ],
    },
    errors: [],
  });
});

test('a field that may not be null takes the entity with it, and an error says so', async () => {
  expect(await graph.compiled('{ boxes { label content { name } weight } }')).toMatchObject({
    data: { boxes: [{ label: 'known', content: { name: 'screws' }, weight: 5 }, null] },
    errors: [{ path: ['boxes', 1, 'weight'], code: 'SUBGRAPH_RESPONSE_INVALID' }],
  });
});

test('the same in parts', async () => {
  const query = '{ boxes { label ... @defer { content { name } } } }';
  expect(await mergedParts(graph, query)).toEqual(
    INCREMENTAL_FORMATS.map(() => ({
      data: {
        boxes: [
          { label: 'known', content: { name: 'screws' } },
          { label: 'strange', content: null },
        ],
      },
      errors: [],
    })),
  );
});
