/**
 * Which nulls get an error, and where errors go whose field the client did not ask for.
 */

import { parse } from 'graphql';

import { explainNulls } from '../../../../gateway/execution/explain-nulls.ts';
import { createJournal, pathName, type FieldFailure } from '../../../../gateway/execution/fetch-journal.ts';
import { selectionOf } from '../../../../gateway/execution/selection.ts';

const failure = (...path: FieldFailure['path']): FieldFailure => ({
  code: 'SUBGRAPH_FAILED',
  facts: { subgraph: 'accounting' },
  path,
});

interface Case {
  readonly query: string;
  readonly data: Record<string, unknown>;
  readonly raw: Record<string, unknown>;
  readonly failures: readonly FieldFailure[];
  readonly broken?: readonly FieldFailure['path'][];
  readonly unknown?: readonly FieldFailure['path'][];
}

function explained({ query, data, raw, failures, broken = [], unknown = [] }: Case) {
  const journal = createJournal();
  journal.failures.push(...failures);
  for (const path of unknown) journal.unknownToOwner.add(pathName(path));
  return explainNulls({ operation: selectionOf(parse(query), undefined, {}), data, raw, broken }, journal);
}

test('a hidden failure explains the field that needed it, once', () => {
  const answer = explained({
    query: '{ order { mayShip } }',
    data: { order: { mayShip: null } },
    raw: { order: { id: '1' } },
    failures: [failure('order', 'credit')],
  });
  expect(answer).toEqual([failure('order', 'mayShip')]);
});

test('a hidden failure further down explains the field above that needed it', () => {
  const answer = explained({
    query: '{ order { weight } }',
    data: { order: { weight: null } },
    raw: { order: { lines: [{ id: '1' }] } },
    failures: [failure('order', 'lines', 0, 'grams')],
  });
  expect(answer).toEqual([failure('order', 'weight')]);
});

test('a hidden failure that costs the client nothing is not told', () => {
  const answer = explained({
    query: '{ order { weight } }',
    data: { order: { weight: 3 } },
    raw: { order: { weight: 3, credit: null } },
    failures: [failure('order', 'credit')],
  });
  expect(answer).toEqual([]);
});

test('a hidden failure whose null has spread is told at the null', () => {
  const answer = explained({
    query: '{ order { weight } }',
    data: { order: null },
    raw: { order: null },
    failures: [failure('order', 'credit')],
  });
  expect(answer).toEqual([failure('order')]);
});

test('a null that a subgraph answered needs no error', () => {
  const answer = explained({
    query: '{ order { note weight } }',
    data: { order: { note: null, weight: null } },
    raw: { order: { note: null } },
    failures: [failure('order', 'weight')],
  });
  expect(answer).toEqual([failure('order', 'weight')]);
});

test('a null of an entity that its owner does not know is not blamed on another failure', () => {
  const answer = explained({
    query: '{ order { invoice weight } }',
    data: { order: { invoice: null, weight: null } },
    raw: { order: { id: '1' } },
    failures: [failure('order', 'weight')],
    unknown: [['order', 'invoice']],
  });
  expect(answer).toEqual([failure('order', 'weight')]);
});

test('a value that the schema does not allow is reported even where nobody is known to be to blame', () => {
  const answer = explained({
    query: '{ order { weight } }',
    data: { order: null },
    raw: { order: {} },
    failures: [],
    broken: [['order', 'weight']],
  });
  expect(answer).toEqual([{ code: 'SUBGRAPH_RESPONSE_INVALID', facts: {}, path: ['order', 'weight'] }]);
});

test('a null that spread upwards is explained by the failure below it', () => {
  const answer = explained({
    query: '{ order { weight } }',
    data: { order: null },
    raw: { order: null },
    failures: [failure('order', 'weight')],
    broken: [['order']],
  });
  expect(answer).toEqual([failure('order', 'weight')]);
});

test('a field lost with another is not told where one null took the place of both', () => {
  const lost: FieldFailure = { ...failure('order', 'note'), lostWith: 'field' };
  const parts = { query: '{ order { note weight } }', raw: {}, failures: [failure('order', 'weight'), lost] };
  expect([
    explained({ ...parts, data: { order: null } }),
    explained({ ...parts, data: { order: { note: null, weight: null } } }),
  ]).toEqual([[failure('order', 'weight')], [failure('order', 'weight'), lost]]);
});

test('of a failed fetch beside one that gave the object only what is missing is told', () => {
  const answer = explained({
    query: '{ place { height country } }',
    data: { place: { height: 3, country: null } },
    raw: { place: { height: 3 } },
    failures: [{ ...failure('place'), lostWith: 'fetch' }],
  });
  expect(answer).toEqual([{ ...failure('place', 'country'), lostWith: 'fetch' }]);
});

test('a failed fetch that costs the client nothing is not told', () => {
  const parts = {
    query: '{ place { height } }',
    data: { place: { height: 3 } },
    raw: { place: { height: 3 } },
  };
  expect([
    explained({ ...parts, failures: [{ ...failure('place'), lostWith: 'fetch' }] }),
    explained({ ...parts, failures: [{ ...failure('place', 'country'), lostWith: 'fetch' }] }),
  ]).toEqual([[], []]);
});

test('a failure of a field that the client asked of another type alone is not told', () => {
  const answer = explained({
    query: '{ media { title ... on Film { stars } } }',
    data: { media: [{ title: 'Notes' }] },
    raw: { media: [{ title: 'Notes', stars: null }] },
    failures: [failure('media', 0, 'stars')],
  });
  expect(answer).toEqual([]);
});

test('several hidden failures of one object and subgraph are told as one', () => {
  const answer = explained({
    query: '{ order { mayShip } }',
    data: { order: { mayShip: null } },
    raw: { order: { id: '1' } },
    failures: [failure('order', 'credit'), failure('order', 'limit')],
  });
  expect(answer).toEqual([failure('order', 'mayShip')]);
});

test('several hidden failures below one object of the client’s are told as one too', () => {
  const answer = explained({
    query: '{ order { weight } }',
    data: { order: { weight: null } },
    raw: { order: { lines: [{ id: '1' }, { id: '2' }] } },
    failures: [failure('order', 'lines', 0, 'grams'), failure('order', 'lines', 1, 'grams')],
  });
  expect(answer).toEqual([failure('order', 'weight')]);
});

test('a value that is wrong in itself is not blamed on a failure beside it', () => {
  const answer = explained({
    query: '{ order { grade weight } }',
    data: { order: { grade: null, weight: null } },
    raw: { order: { grade: 'SECRET' } },
    failures: [failure('order', 'weight')],
    broken: [['order', 'grade']],
  });
  expect(answer).toEqual([
    failure('order', 'weight'),
    { code: 'SUBGRAPH_RESPONSE_INVALID', facts: {}, path: ['order', 'grade'] },
  ]);
});

test('an object that does not tell its type is wrong for that reason, and it is told once', () => {
  const answer = explained({
    query: '{ work { ... on Book { pages } } }',
    data: { work: null },
    raw: { work: { pages: 9 } },
    failures: [failure('work', '__typename')],
    broken: [['work']],
  });
  expect(answer).toEqual([failure('work')]);
});
