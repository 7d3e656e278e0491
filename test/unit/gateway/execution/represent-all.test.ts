/**
 * Each entity of a fetch is asked for once, wherever it stands, and none is taken for another.
 */

import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { buildSchema } from 'graphql';

import type { Data } from '../../../../gateway/execution/own-property.ts';
import { compileRepresent } from '../../../../gateway/execution/represent-all.ts';

const schema = buildSchema(`
  type Query { box: Box }
  type Box { id: ID!, weight: Int, size: [Int] }`);

function represented(needs: readonly string[], entities: readonly Data[]) {
  const selections = ['__typename', ...needs].map((name): QueryPlanSelectionNode => ({
    kind: 'Field',
    name,
  }));
  // Reason for the cast: what a fetch asks matters to nobody here.
  const node = {
    serviceName: 'boxes',
    requires: [{ kind: 'InlineFragment', typeCondition: 'Box', selections }],
  } as unknown as FetchNode;
  const { represent } = compileRepresent(node, schema);
  const [first, ...others] = Array.from({ length: 5 }, () => represent(entities));
  // Code is generated for it when it has been used a few times.
  for (const other of others) expect(other).toEqual(first);
  const { representations, targets, left } = first!;
  return { asked: representations.map((each, index) => [each, targets[index]?.length]), left };
}

const box = (id: unknown, others: Data = {}) => ({ __typename: 'Box', id, ...others });

test('one that stands in many places is asked for once', () => {
  expect(represented(['id'], [box('1'), box('2'), box('1')]).asked).toEqual([
    [box('1'), 2],
    [box('2'), 1],
  ]);
});

test('what it needs beside its key tells it apart', () => {
  const [light, heavy, unknown] = [1, 2, null].map((weight) => box('1', { weight }));
  expect(represented(['weight', 'id'], [light!, heavy!, light!, heavy!, unknown!, heavy!]).asked).toEqual([
    [light, 2],
    [heavy, 3],
    [unknown, 1],
  ]);
});

test('a number and a text are not the same, and lists are never compared', () => {
  expect(represented(['id'], [box(1), box('1')]).asked).toHaveLength(2);
  const listed = box('1', { size: [1, 2] });
  expect(represented(['size', 'id'], [listed, { ...listed }, listed]).asked).toEqual([
    [listed, 2],
    [listed, 1],
  ]);
});

test('who lacks something, or is of another type, is left', () => {
  const [lacking, other] = [box('1'), { __typename: 'Crate', id: '1', weight: 1 }];
  expect(represented(['weight', 'id'], [lacking, other, box(null, { weight: 1 })])).toEqual({
    asked: [],
    left: [lacking, other, box(null, { weight: 1 })],
  });
});
