/**
 * What a field needs fails, or is no value of its type: the field is not reckoned from it, and one error says so, whatever
 * the field is called, however often the need was asked for, and in whatever part of the answer.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import type { Path } from '../../../gateway/upstream/subgraph-error.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { nullOn } from '../kit/answer.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires", "@shareable"])`;

type Sent = Readonly<Record<string, unknown>>;
const asSent = (sent: Sent) => sent;
const fail = () => {
  throw new Error('it fails');
};
const failing = { id: 'i', score: fail, badge: fail, constructor: fail, toString: fail };

const home = honest(
  'home',
  `${LINK} type Query { item: Item } type Item @key(fields: "id") { id: ID! score: Int }`,
  { Query: { item: () => ({ id: 'i', score: fail }) }, Item: { __resolveReference: () => failing } },
);

const badges = honest(
  'badges',
  `${LINK} type Item @key(fields: "id") {
    id: ID!
    score: Int @external
    badge: String @requires(fields: "score")
    constructor: String @requires(fields: "score")
    toString: String @requires(fields: "score")
  }`,
  { Item: { __resolveReference: asSent, badge: ({ score }: Sent) => `badge ${String(score)}` } },
);

test.each([
  '{ item { constructor badge } }',
  '{ item { toString } }',
  '{ item { hasOwnProperty: badge valueOf: badge } }',
])('%s', async (query) => {
  const graph = await federate({ subgraphs: [home, badges], truth: { item: failing } });
  await graph.agreed(query);
});

test('a field that fails when it is asked for again is there', async () => {
  const item = { k1: '1', k2: '2', wide: 'W', deep: 'D', need: 'W and D' };
  const graph = await federate({
    subgraphs: [
      honest('a', `${LINK} type Query { item: Item } type Item @key(fields: "k1") { k1: ID wide: String }`, {
        Query: { item: () => item },
        Item: { __resolveReference: () => ({ k1: '1', wide: fail }) },
      }),
      honest('b', `${LINK} type Item @key(fields: "k1") @key(fields: "k2") { k1: ID k2: ID deep: String }`, {
        Item: { __resolveReference: () => item },
      }),
      honest(
        'c',
        `${LINK} type Item @key(fields: "k2") {
          k2: ID
          wide: String @external
          deep: String @external
          need: String @requires(fields: "wide deep")
        }`,
        {
          Item: {
            __resolveReference: asSent,
            need: ({ wide, deep }: Sent) => `${String(wide)} and ${String(deep)}`,
          },
        },
      ),
    ],
    truth: { item },
  });
  for (const query of ['{ item { wide need } }', '{ item { deep wide need } }']) {
    const { data, errors } = await graph.compiled(query);
    expect(errors.filter(({ path }) => nullOn(data, path) === undefined)).toEqual([]);
  }
});

const ships = honest(
  'ships',
  `${LINK} type Item @key(fields: "id") { id: ID! score: Int @external ship: String @requires(fields: "score") }`,
  { Item: { __resolveReference: asSent, ship: ({ score }: Sent) => `ship ${String(score)}` } },
);

test.each(INCREMENTAL_FORMATS.map((format) => [format.parameter, format] as const))(
  'two deferred parts need it, %s',
  async (_name, format) => {
    const graph = await federate({ subgraphs: [home, badges, ships] });
    const query = '{ item { id ... @defer { ship } ... @defer { badge } } }';
    const { errors } = mergeParts(await graph.inParts(query, {}, format));
    expect(errors).toHaveLength(2);
    for (const key of ['badge', 'ship'])
      expect(errors).toContainEqual(expect.objectContaining({ path: ['item', key] }));
  },
);

const listed = honest(
  'home',
  `${LINK} type Query { items: [Item] } type Item @key(fields: "id") { id: ID! score: Int }`,
  { Query: { items: () => ['spoilt', 'i'].map((id) => ({ id, score: 3 })) } },
);
const sound = { id: 'i', score: 3, badge: 'badge 3', ship: 'ship 3' };

test.each([
  ['score', 'NaN', '{ items { badge } }'],
  ['score', 'NaN', '{ items { score badge } }'],
  ['score', 1.5, '{ items { badge ship } }'],
  ['score', {}, '{ items { badge } }'],
  ['id', true, '{ items { badge } }'],
  ['id', 1.5, '{ items { badge } }'],
  ['id', [], '{ items { badge } }'],
  ['id', 2 ** 53, '{ items { badge } }'],
])('%s is %j: %s', async (key, value, query) => {
  const graph = await federate({
    subgraphs: [listed, badges, ships],
    spoil: {
      home: (answer) => {
        // Reason for the cast: it is what our own fake has answered.
        const [first, ...others] = (answer as { data: { items: object[] } }).data.items;
        return { data: { items: [{ ...first, [key]: value }, ...others] } };
      },
    },
    truth: { items: [{ id: fail, score: fail, badge: fail, ship: fail }, sound] },
  });
  await graph.agreed(query);
});

test.each([
  '{ items { need } }',
  '{ items { need } others { need } }',
  '{ items { double } others { double } }',
])(
  'what stands several times in lists, and is told from others by a list, fails everywhere: %s',
  async (query) => {
    const item = { id: 'i', tags: ['x'], need: fail, double: fail };
    const truth = { items: [item, item], others: [item, item] };
    const needing = (name: string, own: string, resolvers: object) =>
      honest(name, `${LINK} type Item @key(fields: "id") { id: ID! ${own} }`, {
        Item: { __resolveReference: asSent, ...resolvers },
      });
    const graph = await federate({
      subgraphs: [
        honest(
          'home',
          `${LINK} type Query { items: [Item] others: [Item] }
          type Item @key(fields: "id") { id: ID! tags: [String] }`,
          { Query: { items: () => truth.items, others: () => truth.others } },
        ),
        needing('b', 'tags: [String] @external need: String @requires(fields: "tags")', { need: fail }),
        needing('c', 'need: String @external double: String @requires(fields: "need")', {
          double: ({ need }: Sent) => `double ${String(need)}`,
        }),
      ],
      truth,
    });
    await graph.agreed(query);
  },
);

describe('of what a list holds, several fail', () => {
  const fields = (v: string) => `type Item @shareable { id: ID! v: ${v} }
    type Query { box: Box } type Box @key(fields: "id") { id: ID! items: [Item] }`;
  const box = {
    id: 'b',
    items: [{ id: '1', v: 1 }, ...['2', '3'].map((id) => ({ id, v: fail }))],
    n: fail,
    m: fail,
  };
  const boxes = (v: string) => [
    honest('boxes', `${LINK} ${fields(v)}`, {
      Query: { box: () => box },
      Box: { __resolveReference: () => box },
    }),
    honest(
      'counts',
      `${LINK} type Item @shareable { id: ID! v: ${v} }
      type Box @key(fields: "id") {
        id: ID!
        items: [Item] @external
        n: String @requires(fields: "items { v }")
        m: String @requires(fields: "items { v }")
      }`,
      { Box: { __resolveReference: asSent, n: () => 'n', m: () => 'm' } },
    ),
  ];

  test.each([
    ['Int', '{ box { n items { id } } }', [['box', 'n']]],
    [
      'Int',
      '{ box { n items { id v } } }',
      [
        ['box', 'items', 1, 'v'],
        ['box', 'items', 2, 'v'],
        ['box', 'n'],
      ],
    ],
    ['Int', '{ box { items { id } ... @defer { m } } }', [['box', 'm']]],
    [
      'Int',
      '{ box { id ... @defer { m n } ... @defer { items { id } } } }',
      [
        ['box', 'm'],
        ['box', 'n'],
      ],
    ],
    [
      'Int!',
      '{ box { n items { id } } }',
      [
        ['box', 'items', 1],
        ['box', 'items', 2],
        ['box', 'n'],
      ],
    ],
    [
      'Int!',
      '{ box { n items { id } ... @defer { m } } }',
      [
        ['box', 'items', 1],
        ['box', 'items', 2],
        ['box', 'm'],
        ['box', 'n'],
      ],
    ],
    [
      'Int!',
      '{ box { id ... @defer { m items { id } } } }',
      [
        ['box', 'items', 1],
        ['box', 'items', 2],
        ['box', 'm'],
      ],
    ],
    ['Int!', '{ box { items { id } ... @defer { m } } }', [['box', 'm']]],
  ])('v: %s, %s', async (v, query, places) => {
    const graph = await federate({ subgraphs: boxes(v) });
    for (const format of INCREMENTAL_FORMATS) {
      const { data, errors } = mergeParts(await graph.inParts(query, {}, format));
      expect(errors).toEqual(expect.arrayContaining(places.map((path) => expect.objectContaining({ path }))));
      expect(errors).toHaveLength(places.length);
      expect(new Set(nullsOf(data))).toEqual(new Set(places));
    }
  });
});

function nullsOf(data: unknown, path: Path = []): readonly Path[] {
  if (Array.isArray(data)) return data.flatMap((item, index) => nullsOf(item, [...path, index]));
  if (typeof data !== 'object') return [];
  if (data === null) return [path];
  return Object.entries(data).flatMap(([key, value]) => nullsOf(value, [...path, key]));
}
