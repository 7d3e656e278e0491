/**
 * Each entity of a fetch is asked for once, wherever it stands, and none is taken for another.
 */

import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { buildSchema } from 'graphql';

import type { Data } from '../../../../gateway/execution/own-property.ts';
import { compileRepresent } from '../../../../gateway/execution/represent-all.ts';

const schema = buildSchema(`
  directive @join__type(graph: join__Graph!, key: String) repeatable on OBJECT
  directive @join__graph(name: String!) on ENUM_VALUE
  enum join__Graph { BOXES @join__graph(name: "boxes") }
  type Query { box: Box }
  type Box @join__type(graph: BOXES, key: "id") { id: ID!, weight: Int, size: [Int], price(in: String): Money }
  type Money { amount: Int! }`);

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

test('a null that cannot be is nothing to ask with, also under the name that a need with an argument has', () => {
  const field = (name: string, selections?: readonly QueryPlanSelectionNode[]): QueryPlanSelectionNode => ({
    kind: 'Field',
    name,
    ...(selections === undefined ? {} : { selections: [...selections] }),
  });
  const selections = [field('__typename'), field('id'), field('price__required0', [field('amount')])];
  // Reason for the cast: what a fetch asks matters to nobody here.
  const node = {
    serviceName: 'boxes',
    requires: [{ kind: 'InlineFragment', typeCondition: 'Box', selections }],
    inputRewrites: [{ kind: 'KeyRenamer', path: ['... on Box', 'price__required0'], renameKeyTo: 'price' }],
  } as unknown as FetchNode;
  const { represent } = compileRepresent(node, schema);
  const [good, bad] = [
    box('1', { price__required0: { amount: 3 } }),
    box('2', { price__required0: { amount: null } }),
  ];
  expect(represent([good, bad])).toMatchObject({
    representations: [box('1', { price: { amount: 3 } })],
    left: [bad],
  });
});
