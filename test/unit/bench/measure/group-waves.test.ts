/**
 * Calls as the subgraphs saw them, and the waves that the floor replays.
 */

import { groupWaves, type RecordedCall } from '../../../bench/measure/group-waves.ts';

function call(body: string, startedAtMs: number, endedAtMs: number): RecordedCall {
  return { url: 'http://127.0.0.1/graphql', body, startedAtMs, endedAtMs };
}

const bodiesOf = (calls: readonly RecordedCall[]) =>
  groupWaves(calls).map((wave) => wave.map(({ body }) => body));

test('calls side by side are one wave, and what starts after their end is the next', () => {
  const calls = [call('a', 0, 5), call('b', 1, 6), call('c', 7, 12), call('d', 13, 18)];

  expect(bodiesOf(calls)).toEqual([['a', 'b'], ['c'], ['d']]);
});

test('a call waits only for what had ended when it started', () => {
  const calls = [call('short', 0, 5), call('long', 0, 30), call('after short', 6, 11), call('last', 31, 36)];

  expect(bodiesOf(calls)).toEqual([['short', 'long'], ['after short'], ['last']]);
});

test('calls are grouped by when they started, not by when they were noted', () => {
  expect(bodiesOf([call('second', 10, 15), call('first', 0, 5)])).toEqual([['first'], ['second']]);
});

test('an operation that asks no subgraph has no wave', () => {
  expect(groupWaves([])).toEqual([]);
});
