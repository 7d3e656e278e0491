/**
 * A field that needs fields of others gets them first, whether or not the client asked for them.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { advice } from './advice.subgraph.ts';
import { allBoxes, boxOf, truthOf } from './data.ts';
import { freight } from './freight.subgraph.ts';
import { measuring } from './measuring.subgraph.ts';
import { packing } from './packing.subgraph.ts';

let graph: Federation;

type Weighed = ReturnType<typeof allBoxes>[number];

const truth = {
  boxes: () => allBoxes().map(truthOf),
  box: ({ id }: { id: string }) => (boxOf(id) === null ? null : truthOf(boxOf(id)!)),
};

beforeAll(async () => {
  graph = await federate({ subgraphs: [packing, measuring, freight, advice], truth });
});

test('what is needed comes from lists of nested objects, nulls among them', async () => {
  expect((await graph.agreed('{ boxes { volume } }')).data).toEqual({
    boxes: [{ volume: 7 }, { volume: 5 }, { volume: 0 }],
  });
});

test('a field that needs a field that needs a field gets it, and the client sees none of that', async () => {
  expect((await graph.agreed('{ boxes { advice } }')).data).toEqual({
    boxes: [{ advice: 'pay 710 for 7' }, { advice: 'pay 500 for 5' }, { advice: 'pay 7 for 0' }],
  });
});

test('what the client asked for of the needed fields is neither more nor less than that', async () => {
  const query = '{ box(id: "1") { parts { size { height } } next { next { cost } volume } cost } }';
  expect((await graph.agreed(query)).data).toEqual({
    box: {
      parts: [{ size: { height: 3 } }, { size: { height: 1 } }],
      next: { next: null, volume: 5 },
      cost: 710,
    },
  });
});

test('aliases that are names of needed fields take nothing away from those', async () => {
  const query = '{ box(id: "1") { volume: label parts: id weight: cost advice } }';
  expect((await graph.agreed(query)).data).toEqual({
    box: { volume: 'box 1', parts: '1', weight: 710, advice: 'pay 710 for 7' },
  });
});

test('a field that needs another may be left out by @skip without taking its neighbours with it', async () => {
  const weighing = honest(
    'weighing',
    `extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
    type Box @key(fields: "id") {
      id: ID!
      weight: Int @external
      stamp: String
      postage: Int @requires(fields: "weight")
    }`,
    { Box: { stamp: () => 'blue', postage: ({ weight }: { weight: number }) => weight * 2 } },
  );
  const boxed = { id: '1', stamp: 'blue', postage: 20 };
  const small = await federate({ subgraphs: [packing, weighing], truth: { box: boxed } });
  const query = 'query ($a: Boolean!) { box(id: "1") { stamp postage @skip(if: $a) } }';
  expect((await small.agreed(query, { a: true })).data).toEqual({ box: { stamp: 'blue' } });
});

describe('what failed is not reckoned with: whoever needs it is not asked, and the client is told why', () => {
  const fail = (of: unknown): never => {
    throw new Error(`not of ${JSON.stringify(of)}`);
  };

  test.each([
    [
      'a field that may be null',
      {
        Box: Object.assign({}, packing.resolvers['Box'], {
          weight: ({ id, weight }: Weighed) => (id === '1' ? fail(id) : weight),
        }),
      },
      '{ boxes { id cost } }',
      [
        { id: '1', cost: null },
        { id: '2', cost: 500 },
        { id: '3', cost: 7 },
      ],
    ],
    [
      'one that may not, whose null has spread to what may',
      { Size: { width: ({ width }: { width: number }) => (width === 2 ? fail(width) : width) } },
      '{ boxes { id advice cost } }',
      [
        { id: '1', advice: null, cost: null },
        { id: '2', cost: 500, advice: 'pay 500 for 5' },
        { id: '3', cost: 7, advice: 'pay 7 for 0' },
      ],
    ],
  ])('%s', async (_what, resolvers, query, boxes) => {
    const spoilt = await federate({
      subgraphs: [
        { ...packing, resolvers: { ...packing.resolvers, ...resolvers } },
        measuring,
        freight,
        advice,
      ],
    });
    const { data, errors } = await spoilt.compiled(query);
    expect(data).toEqual({ boxes });
    const nulls = boxes.flatMap((box, index) =>
      Object.entries(box).flatMap(([key, value]) => (value === null ? [['boxes', index, key]] : [])),
    );
    expect(errors).toEqual(nulls.map((path) => ({ path, code: 'SUBGRAPH_FAILED' })));
  });
});
