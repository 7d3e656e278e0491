/**
 * What is merged of a fetch holds no null that stands for a failure.
 */

import { leaveOutFailed } from '../../../../gateway/execution/failed-nulls.ts';
import type { TargetFailure } from '../../../../gateway/execution/read-fetch.ts';

const failure = (target: number, ...path: TargetFailure['path']): TargetFailure => ({
  code: 'SUBGRAPH_FAILED',
  facts: {},
  target,
  path,
});

const left = (data: Record<string, unknown>, hasEntities: boolean, ...failures: TargetFailure[]) => {
  leaveOutFailed({ data, failures, unknown: [] }, hasEntities);
  return data;
};

test('the null at the failure goes, and that to which it has spread', () => {
  expect(
    left({ a: null, b: { c: null }, d: null }, false, failure(0, 'a'), failure(0, 'b', 'c', 'd')),
  ).toEqual({ b: {}, d: null });
});

test('an item of a list stays a place without a value', () => {
  const { list } = left({ list: [1, null, null] }, false, failure(0, 'list', 1));
  expect(list).toStrictEqual([1, undefined, null]);
});

test('of entities those of the failed one', () => {
  const data = { _entities: [{ a: null }, { a: null }, null] };
  expect(left(data, true, failure(1, 'a'), failure(2, 'a'))).toEqual({ _entities: [{ a: null }, {}, null] });
});

test('a value beside an error stays, and what is not there is nobody’s loss', () => {
  expect(left({ a: 1, b: 'text' }, false, failure(0, 'a'), failure(0, 'b', 'c'), failure(0, 'd'))).toEqual({
    a: 1,
    b: 'text',
  });
});
