/**
 * A field that needs fields of others gets them first, whether or not the client asked for them.
 */

import { down, honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { advice } from './advice.subgraph.ts';
import { allBoxes, boxOf, truthOf } from './data.ts';
import { freight } from './freight.subgraph.ts';
import { measuring } from './measuring.subgraph.ts';
import { packing } from './packing.subgraph.ts';

let graph: Federation;

const fail = (of: unknown): never => {
  throw new Error(`not of ${JSON.stringify(of)}`);
};

/** Some of whose boxes' fields fail. */
const packingWith = (fields: object) => ({
  ...packing,
  resolvers: { ...packing.resolvers, Box: Object.assign({}, packing.resolvers['Box'], fields) },
});

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

const weighing = honest(
  'weighing',
  `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
  type Box @key(fields: "id") {
    id: ID!
    weight: Int @external
    stamp: String!
    postage: Int @requires(fields: "weight")
  }`,
  { Box: { stamp: () => 'blue', postage: ({ weight }: { weight: number | null }) => (weight ?? 0) * 2 } },
);

const stamped = (id: string, postage: number) => ({ id, stamp: 'blue', postage });

test('a field that needs another may be left out by @skip without taking its neighbours with it', async () => {
  const small = await federate({ subgraphs: [packing, weighing], truth: { box: stamped('1', 20) } });
  const query = 'query ($a: Boolean!) { box(id: "1") { stamp postage @skip(if: $a) } }';
  expect((await small.agreed(query, { a: true })).data).toEqual({ box: { stamp: 'blue' } });
});

describe('a field that needs another, beside one that needs nothing', () => {
  const truth = { boxes: [stamped('1', 20), stamped('2', 0), stamped('3', 14)] };
  const query = '{ boxes { id stamp postage } }';

  test('is asked with it in one call', async () => {
    const small = await federate({ subgraphs: [packing, weighing], truth });
    small.takeAsked();
    expect((await small.agreed(query)).data).toEqual(truth);
    expect(small.takeAsked().map(({ subgraph }) => subgraph)).toEqual(['packing', 'weighing']);
  });

  test('takes nothing from it where its need fails', async () => {
    const weight = ({ id, weight: known }: Weighed) => (id === '1' ? fail(id) : known);
    const spoilt = await federate({ subgraphs: [packingWith({ weight }), weighing] });
    const { data, errors } = await spoilt.compiled(query);
    expect(data).toEqual({ boxes: [{ ...stamped('1', 0), postage: null }, ...truth.boxes.slice(1)] });
    expect(errors).toEqual([{ path: ['boxes', 0, 'postage'], code: 'SUBGRAPH_FAILED' }]);
    const calls = spoilt.takeAsked().map(({ subgraph }) => subgraph);
    expect(calls).toEqual(['packing', 'weighing']);
  });

  describe('when what it needs has to be fetched first', () => {
    const crates = honest(
      'crates',
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
      type Query { crates: [Box!]! }
      type Box @key(fields: "id") { id: ID! }`,
      { Query: { crates: () => truth.boxes.map(({ id }) => ({ id })) } },
    );
    const crateQuery = '{ crates { id stamp postage } }';

    test('waits for the other, and both are asked in one call', async () => {
      const three = await federate({
        subgraphs: [crates, packing, weighing],
        truth: { crates: truth.boxes },
      });
      await three.agreed(crateQuery);
      expect(three.takeAsked().map(({ subgraph }) => subgraph)).toEqual(['crates', 'packing', 'weighing']);
    });

    test('loses nothing with the whole system that would have given it', async () => {
      const spoilt = await federate({
        subgraphs: [crates, down(packing), weighing],
      });
      const { data, errors } = await spoilt.compiled(crateQuery);
      expect(data).toEqual({ crates: truth.boxes.map((box) => ({ ...box, postage: null })) });
      expect(errors).toEqual(
        [0, 1, 2].map((index) => ({ path: ['crates', index, 'postage'], code: 'SUBGRAPH_UNAVAILABLE' })),
      );
      const [, last] = spoilt.takeAsked();
      expect(last?.query).not.toContain('postage');
    });
  });

  test('is asked by itself where somebody waits for the other', async () => {
    const posting = honest(
      'posting',
      `extend schema
        @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
      type Box @key(fields: "id") { id: ID!  stamp: String! @external  letter: String @requires(fields: "stamp") }`,
      { Box: { letter: ({ stamp }: { stamp: string }) => `with a ${stamp} one` } },
    );
    const boxes = truth.boxes.map((box) => ({ ...box, letter: 'with a blue one' }));
    const three = await federate({ subgraphs: [packing, weighing, posting], truth: { boxes } });
    await three.agreed('{ boxes { postage letter stamp } }');
  });
});

describe('what failed is not reckoned with: whoever needs it is not asked, and the client is told why', () => {
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

test('a need that is lost with a field beside it has no error of its own', async () => {
  const link = `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])`;
  const owning = honest(
    'owning',
    `${link}
    type Box @key(fields: "id") { id: ID!  weight: Int @external  stamp: String @requires(fields: "weight") }
    type Query { heavy: Box }`,
    { Query: { heavy: () => ({ id: '1' }) }, Box: { stamp: () => 'blue' } },
  );
  const failing = honest(
    'failing',
    `${link} type Box @key(fields: "id") { id: ID!  weight: Int  owner: String! }`,
    {
      Box: { weight: () => 7, owner: fail },
    },
  );
  const answer = await (
    await federate({ subgraphs: [owning, failing] })
  ).compiled('{ heavy { stamp owner } }');
  expect([answer.data, answer.errors.map(({ path }) => path)]).toEqual([
    { heavy: null },
    [['heavy', 'owner']],
  ]);
});
