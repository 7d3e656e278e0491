/**
 * A value from around an object (@fromContext) that is missing, because its owner does not know the object or fails:
 * only what takes it is lost, at whatever depth, and a failure is told there.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { LINK } from './shop.subgraph.ts';

interface Named {
  readonly id: string;
}

const know = ({ id }: Named) => ({ id });

const home = honest('home', `${LINK} type Query { box: Box } type Box @key(fields: "id") { id: ID! }`, {
  Query: { box: () => ({ id: 'b' }) },
});

const colors = honest('colors', `${LINK} type Box @key(fields: "id") { id: ID! color: String }`, {
  Box: { __resolveReference: know, color: () => 'red' },
});

const sizes = honest(
  'sizes',
  `${LINK} type Box @key(fields: "id") { id: ID! size: Int }
  type Item @key(fields: "id") { id: ID! weight: Int }`,
  {
    Box: { __resolveReference: know, size: () => 3 },
    Item: { __resolveReference: know, weight: () => 7 },
  },
);

const things = honest(
  'things',
  `${LINK}
  type Box @key(fields: "id") @context(name: "box") {
    id: ID!
    color: String @external
    size: Int @external
    plain: String
    items: [Item]
    best: Item
  }
  type Item @key(fields: "id") {
    id: ID!
    weight: Int @external
    plain: String
    paint(c: String @fromContext(field: "$box { color }")): String
    fit(s: Int @fromContext(field: "$box { size }")): String
    both(
      c: String @fromContext(field: "$box { color }")
      s: Int @fromContext(field: "$box { size }")
    ): String
    heavy(c: String @fromContext(field: "$box { color }")): String @requires(fields: "weight")
  }`,
  {
    Box: {
      __resolveReference: know,
      plain: () => 'p',
      items: () => [{ id: 'i' }, { id: 'j' }],
      best: () => ({ id: 'i' }),
    },
    Item: {
      __resolveReference: (item: Named) => item,
      plain: () => 'ip',
      paint: (_item: Named, { c }: { c: string }) => `in ${c}`,
      fit: (_item: Named, { s }: { s: number }) => `of ${s}`,
      both: (_item: Named, { c, s }: { c: string; s: number }) => `in ${c} of ${s}`,
      heavy: ({ weight }: { weight: number }, { c }: { c: string }) => `${weight} in ${c}`,
    },
  },
);

const subgraphs = [home, colors, sizes, things];

const itemOf = (id: string) => ({
  id,
  plain: 'ip',
  weight: 7,
  paint: null,
  both: null,
  heavy: null,
  fit: 'of 3',
});

const ITEMS = '{ plain paint fit both }';

const failing = { errors: [{ message: 'no' }] };

describe('its owner does not know the object', () => {
  let graph: Federation;

  beforeAll(async () => {
    graph = await federate({
      subgraphs,
      spoil: {
        colors: (answer, { query }) => (query.includes('color') ? { data: { _entities: [null] } } : answer),
      },
      truth: {
        box: { id: 'b', plain: 'p', size: 3, color: null, items: ['i', 'j'].map(itemOf), best: itemOf('i') },
      },
    });
  });

  test.each([
    ['in a list below', '{ box { items { plain paint } } }'],
    ['alone below', '{ box { items { paint } best { paint } } }'],
    ['beside another value that is there', `{ box { items ${ITEMS} best ${ITEMS} plain } }`],
    ['in a fragment', `{ box { ...on Box { items { ...I } } } } fragment I on Item ${ITEMS}`],
    ['beside what needs something', '{ box { best { heavy plain fit weight } } }'],
    ['under other names', '{ box { paint: items { plain: paint paint: fit } } }'],
  ])('%s', async (_case, query) => {
    expect((await graph.agreed(query)).errors).toEqual([]);
  });
});

test('its owner fails', async () => {
  const graph = await federate({ subgraphs, spoil: { colors: () => failing } });
  const answer = await graph.compiled(`{ box { items ${ITEMS} best { heavy fit } } }`);
  const item = { plain: 'ip', paint: null, fit: 'of 3', both: null };
  expect(answer.data).toEqual({ box: { items: [item, item], best: { heavy: null, fit: 'of 3' } } });
  expect(answer.errors).toEqual(
    [
      ['box', 'best', 'heavy'],
      ...[0, 1].flatMap((index) => ['both', 'paint'].map((key) => ['box', 'items', index, key])),
    ].map((path) => ({ code: 'SUBGRAPH_FAILED', path })),
  );
});

test('it is of another type', async () => {
  const graph = await federate({
    subgraphs,
    spoil: {
      colors: (answer) => JSON.parse(JSON.stringify(answer).replace('"red"', '["red"]')),
    },
  });
  const answer = await graph.compiled('{ box { best { paint fit } } }');
  expect(answer.data).toEqual({ box: { best: { paint: null, fit: 'of 3' } } });
  expect(answer.errors).toEqual([{ code: 'SUBGRAPH_RESPONSE_INVALID', path: ['box', 'best', 'paint'] }]);
});

test('what else a field needs is missing', async () => {
  const graph = await federate({
    subgraphs,
    spoil: { sizes: (answer, { query }) => (query.includes('weight') ? failing : answer) },
  });
  const answer = await graph.compiled('{ box { items { heavy paint fit } } }');
  const item = { heavy: null, paint: 'in red', fit: 'of 3' };
  expect(answer.data).toEqual({ box: { items: [item, item] } });
  expect(answer.errors).toEqual(
    [0, 1].map((index) => ({ code: 'SUBGRAPH_FAILED', path: ['box', 'items', index, 'heavy'] })),
  );
});

test.each(['disc', 'n'])('the value stands behind a field, and %s fails', async (field) => {
  const disc = { n: 5 };
  const box = { id: 'b', best: { id: 'i' }, disc };
  const failing = () => {
    throw new Error('it fails');
  };
  const graph = await federate({
    subgraphs: [
      honest(
        'shop',
        `${LINK}
        type Query { box: Box }
        type Disc { n: Int }
        type Box @key(fields: "id") @context(name: "box") { id: ID! best: Item disc: Disc }
        type Item @key(fields: "id") { id: ID! total(n: Int @fromContext(field: "$box { disc { n } }")): String }`,
        {
          Query: { box: () => box },
          Box: field === 'disc' ? { disc: failing } : {},
          Disc: field === 'n' ? { n: failing } : {},
          Item: { __resolveReference: know, total: () => 'a total' },
        },
      ),
    ],
  });
  const { data, errors } = await graph.compiled('{ box { best { total } } }');
  expect(data).toEqual({ box: { best: { total: null } } });
  expect(errors).toEqual([{ path: ['box', 'best', 'total'], code: 'SUBGRAPH_FAILED' }]);
});
