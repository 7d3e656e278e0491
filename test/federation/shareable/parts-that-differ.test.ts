/**
 * Two subgraphs that share an object or a list, each of which has a part of it, and do not agree on what there is: what
 * came is there, whoever answers first, and what one of them did not give is its failure and none of ours.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest, slow, type FakeSubgraph } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])`;

interface Given {
  readonly seat?: unknown;
  readonly seats?: unknown;
}

const PART = 'type Seat @shareable';
const ROOT = 'type Query { hall: Hall  seat: Seat @shareable  seats: [Seat] @shareable }';
const HALL = 'type Hall @key(fields: "id") { id: ID!  seat: Seat @shareable  seats: [Seat] @shareable }';

/** Of the root and of an entity alike. */
const giving = (name: string, part: string, given: Given): FakeSubgraph =>
  honest(
    name,
    `${LINK} ${ROOT.replace(name === 'rows' ? '' : 'hall: Hall', '')} ${HALL} ${PART} { ${part} }`,
    {
      Query: { hall: () => ({ id: 'h', ...given }), seat: () => given.seat, seats: () => given.seats },
      Hall: { __resolveReference: () => ({ id: 'h', ...given }) },
    },
  );

const INVALID = 'SUBGRAPH_RESPONSE_INVALID';

interface Case {
  readonly rows: Given;
  readonly prices: Given;
  readonly data: Given;
  readonly failed: readonly (readonly (string | number)[])[];
}

const CASES: Readonly<Record<string, Case>> = {
  'an object that one says is null': {
    rows: { seat: { row: 'a' } },
    prices: { seat: null },
    data: { seat: { row: 'a', price: null } },
    failed: [['seat', 'price']],
  },
  'an object that the other says is null': {
    rows: { seat: null },
    prices: { seat: { price: 9 } },
    data: { seat: { row: null, price: 9 } },
    failed: [['seat', 'row']],
  },
  'a list that one says is null': {
    rows: { seats: [{ row: 'a' }] },
    prices: { seats: null },
    data: { seats: [{ row: 'a', price: null }] },
    failed: [['seats', 0, 'price']],
  },
  'a list of which one has less': {
    rows: { seats: [{ row: 'a' }] },
    prices: { seats: [{ price: 8 }, { price: 9 }] },
    data: {
      seats: [
        { row: 'a', price: 8 },
        { row: null, price: 9 },
      ],
    },
    failed: [['seats', 1, 'row']],
  },
  'items that one says are null': {
    rows: { seats: [null, { row: 'b' }, null] },
    prices: { seats: [{ price: 8 }, null, null] },
    data: { seats: [{ row: null, price: 8 }, { row: 'b', price: null }, null] },
    failed: [
      ['seats', 0, 'row'],
      ['seats', 1, 'price'],
    ],
  },
};

describe.each(['rows', 'prices'])('%s answers last', (last) => {
  test.each(Object.entries(CASES))('%s', async (_what, { rows, prices, data, failed }) => {
    const subgraphs = [giving('rows', 'row: String', rows), giving('prices', 'price: Int', prices)];
    const graph = await federate({
      subgraphs: subgraphs.map((each) => (each.name === last ? slow(each, '20ms') : each)),
    });
    const [field] = Object.keys(data);
    const ofRoot = await graph.compiled(`{ ${field} { row price } }`);
    expect([ofRoot.data, ofRoot.errors]).toEqual([data, failed.map((path) => ({ path, code: INVALID }))]);
    const ofEntity = await graph.compiled(`{ hall { ${field} { row price } } }`);
    expect([ofEntity.data, ofEntity.errors]).toEqual([
      { hall: data },
      failed.map((path) => ({ path: ['hall', ...path], code: INVALID })),
    ]);
  });
});

test('the same in parts', async () => {
  const { rows, prices } = CASES['items that one says are null']!;
  const graph = await federate({
    subgraphs: [giving('rows', 'row: String', rows), giving('prices', 'price: Int', prices)],
  });
  for (const format of INCREMENTAL_FORMATS) {
    const query = '{ hall { ... @defer { seats { row price } } } }';
    const { errors } = mergeParts(await graph.inParts(query, {}, format));
    expect(errors).toHaveLength(2);
    for (const [path, subgraph] of [
      [['hall', 'seats', 0, 'row'], 'rows'],
      [['hall', 'seats', 1, 'price'], 'prices'],
    ]) {
      const extensions = expect.objectContaining({ code: INVALID, subgraph });
      expect(errors).toContainEqual(expect.objectContaining({ path, extensions }));
    }
  }
});
