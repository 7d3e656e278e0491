/**
 * A field that takes an argument from around its object (@fromContext), where the value must be fetched first from a
 * subgraph that is asked nothing else for it: the planner alone asks for both at once, and sends nothing.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { LINK } from './shop.subgraph.ts';

interface Named {
  readonly id: string;
}

const IDS = ['s1', 's2'];
const ALL = IDS.map((id) => ({ id }));
const HALLS = [
  { __typename: 'Hall', id: 'h1', shelves: ALL },
  { __typename: 'Yard', id: 'y1', shelves: ALL },
];
const floorOf = ({ id }: Named) => `floor of ${id}`;

const building = honest(
  'building',
  `${LINK}
  type Query { shelves: [Shelf!]!  places: [Place!]! }
  union Place = Hall | Yard
  type Hall @key(fields: "id") { id: ID!  shelves: [Shelf!]! }
  type Yard @key(fields: "id") { id: ID!  shelves: [Shelf!]! }
  type Shelf @key(fields: "id") { id: ID! }`,
  { Query: { shelves: () => ALL, places: () => HALLS } },
);

const signs = honest(
  'signs',
  `${LINK}
  type Query @context(name: "around") { city: String! }
  type Hall @key(fields: "id") @context(name: "around") { id: ID!  floor: String }
  type Shelf @key(fields: "id") {
    id: ID!
    size: Int!
    sign(at: String @fromContext(field: "$around ... on Query { city } ... on Hall { floor }")): String
  }`,
  {
    Query: { city: () => 'Ulm' },
    Hall: { __resolveReference: ({ id }: Named) => ({ id }), floor: floorOf },
    Shelf: {
      __resolveReference: ({ id }: Named) => ({ id, size: 3 }),
      sign: ({ id }: Named, { at }: { at: string | null }) => `${id}: ${at}`,
    },
  },
);

const subgraphs = [building, signs];

const shelvesAt = (at: string) => IDS.map((id) => ({ id, size: 3, sign: `${id}: ${at}` }));

let graph: Federation;

beforeAll(async () => {
  graph = await federate({
    subgraphs,
    truth: {
      city: 'Ulm',
      shelves: shelvesAt('Ulm'),
      places: HALLS.map((place) => {
        const isHall = place.__typename === 'Hall';
        return { ...place, floor: floorOf(place), shelves: shelvesAt(isHall ? floorOf(place) : 'Ulm') };
      }),
    },
  });
});

test('the value is there before the field is asked for', async () => {
  graph.takeAsked();
  expect((await graph.agreed('{ shelves { sign } }')).data).toEqual({
    shelves: [{ sign: 's1: Ulm' }, { sign: 's2: Ulm' }],
  });
  const asked = graph.takeAsked().map(({ subgraph, query }) => [subgraph, query.includes('city')]);
  expect(asked.at(-1)).toEqual(['signs', false]);
});

test.each([
  [
    'of the root and of one type',
    '{ places { __typename ... on Hall { shelves { sign } } ... on Yard { shelves { sign } } } }',
  ],
  ['of the root alone', '{ places { ... on Yard { shelves { id sign } } } }'],
  ['of one type alone', '{ places { ... on Hall { shelves { id sign } } ... on Yard { shelves { id } } } }'],
  [
    'of one type, beside what needs nothing',
    '{ places { ... on Hall { shelves { sign } } ... on Yard { shelves { size } } } }',
  ],
  [
    'beside what needs nothing',
    '{ places { ... on Hall { floor shelves { size sign } } } shelves { size sign } }',
  ],
  ['asked by the client too', '{ city shelves { sign } }'],
  ['under other names', '{ sign: city city: shelves { at: sign id: size } }'],
])('%s', async (_case, query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});

test.each([
  [true, false],
  [false, true],
  [true, true],
])('in parts that may be left out: %s, %s', async (a, b) => {
  const query = `query ($a: Boolean!, $b: Boolean!) {
    places { ... on Hall { shelves { size @include(if: $a) sign @skip(if: $b) } } }
    shelves @include(if: $b) { sign size @skip(if: $a) }
  }`;
  await graph.agreed(query, { a, b });
});

const without = (field: string) =>
  federate({
    subgraphs,
    spoil: {
      signs: (honest, { query }) => (query.includes(field) ? { errors: [{ message: 'no' }] } : honest),
    },
  });
const code = 'SUBGRAPH_FAILED';

test('what needs nothing from around is not lost with what does', async () => {
  const graph = await without('floor');
  const answer = await graph.compiled(
    '{ places { ... on Hall { shelves { size sign } } } shelves { sign } }',
  );
  expect([answer.data, answer.errors]).toEqual([
    {
      places: [{ shelves: IDS.map(() => ({ size: 3, sign: null })) }, {}],
      shelves: IDS.map((id) => ({ sign: `${id}: Ulm` })),
    },
    IDS.map((_id, index) => ({ code, path: ['places', 0, 'shelves', index, 'sign'] })),
  ]);
});

test('a value of the root that is missing is the reason for the null', async () => {
  const graph = await without('city');
  const answer = await graph.compiled('{ shelves { size at: sign } }');
  expect([answer.data, answer.errors]).toEqual([
    { shelves: IDS.map(() => ({ size: 3, at: null })) },
    IDS.map((_id, index) => ({ code, path: ['shelves', index, 'at'] })),
  ]);
});
