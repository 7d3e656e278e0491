/**
 * A subgraph may add fields to every type of an interface without knowing the types: what it answers gets its real
 * type from the one that knows.
 */

import type { StartPlanning } from '../../../gateway/execution/compiled-engine.ts';
import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { planInProcess } from '../kit/plan-in-process.ts';
import { media, truthOf } from './data.ts';
import { critics, shelf } from './media.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  const truth = { media: () => media.map(({ id }) => truthOf(id)), best: () => truthOf('m2') };
  graph = await federate({ subgraphs: [shelf, critics], truth });
});

test('a field of the interface object is there on every type', async () => {
  const query = '{ media { __typename title stars ... on Book { pages stars } ... on Film { mood } } }';
  expect((await graph.agreed(query)).data).toEqual({
    media: [
      { __typename: 'Book', title: 'Notes', stars: 5, pages: 64 },
      { __typename: 'Film', title: 'Reels', stars: null, mood: 'Reels feels like null' },
    ],
  });
});

test('an object from the subgraph that does not know its type says its real type', async () => {
  expect(
    (await graph.agreed('{ best { __typename id ... on Film { minutes } ... on Book { pages } } }')).data,
  ).toEqual({
    best: { __typename: 'Film', id: 'm2', minutes: 90 },
  });
});

test('the way through the interface object leads on', async () => {
  const query = '{ best { next { __typename next { title kind: __typename } mood } } }';
  expect((await graph.agreed(query)).data).toEqual({
    best: {
      next: { __typename: 'Book', next: { title: 'Reels', kind: 'Film' }, mood: 'Notes feels like 5' },
    },
  });
});

test('a fragment on one type of what came from an interface object applies to that type alone', async () => {
  const query = '{ media { next { ... on Book { stars title } } } }';
  expect((await graph.agreed(query)).data).toEqual({
    media: [{ next: {} }, { next: { stars: 5, title: 'Notes' } }],
  });
});

// The plan's condition for the other types is looser than for the type that asks, and a book would be represented
// without its key; the error that came back would take the film's field as well.
test('a field that needs another, asked of one type alone, is not asked of the others', async () => {
  expect((await graph.agreed('{ media { title ... on Film { mood } } }')).data).toEqual({
    media: [{ title: 'Notes' }, { title: 'Reels', mood: 'Reels feels like null' }],
  });
});

// The type is fetched only where the condition holds.
test('a name of the type that is left out by @include is not needed', async () => {
  const query = 'query ($a: Boolean!) { best @include(if: $a) { stars __typename } best { stars } }';
  expect((await graph.agreed(query, { a: false })).data).toEqual({ best: { stars: null } });
});

test('a field that needs another, asked of one type alone, leaves the other types the fields beside it', async () => {
  const query = '{ media { stars ... on Film { mood } } }';
  expect((await graph.agreed(query)).data).toEqual({
    media: [{ stars: 5 }, { stars: null, mood: 'Reels feels like null' }],
  });
});

test('a field whose need is left out together with it leaves the fields beside it', async () => {
  const query = 'query ($a: Boolean!) { media { mood @include(if: $a) next { title } } }';
  expect((await graph.agreed(query, { a: false })).data).toEqual({
    media: [{ next: { title: 'Reels' } }, { next: { title: 'Notes' } }],
  });
});

const DEFERRING = '{ best { id ... on Film { ... on Film @defer { minutes } } title __typename } }';
const best = { id: 'm2', title: 'Reels', __typename: 'Film' };
const truthOfBest = { best: () => truthOf('m2') };

test('a deferred fragment with which the library’s planner never ends comes later', async () => {
  const deferring = await federate({ subgraphs: [shelf, critics], truth: truthOfBest });
  for (const format of INCREMENTAL_FORMATS) {
    const [first, second, ...others] = await deferring.inParts(DEFERRING, {}, format);
    expect(first).toEqual(expect.objectContaining({ data: { best }, hasNext: true }));
    expect(second?.incremental).toEqual([expect.objectContaining({ data: { minutes: 90 } })]);
    expect(others).toEqual([]);
  }
});

test('a deferred fragment that cannot be planned comes with the rest', async () => {
  const startPlanning: StartPlanning = async (sdl) => {
    const planning = await planInProcess(sdl);
    const isRefused = (text: string) => text.includes('@defer');
    return {
      ...planning,
      plan: (asked) => (isRefused(asked.text) ? Promise.reject(new Error('too much')) : planning.plan(asked)),
    };
  };
  const whole = await federate({ subgraphs: [shelf, critics], truth: truthOfBest, startPlanning });
  for (const format of INCREMENTAL_FORMATS)
    expect(await whole.inParts(DEFERRING, {}, format)).toEqual([
      { data: { best: { ...best, minutes: 90 } } },
    ]);
});
