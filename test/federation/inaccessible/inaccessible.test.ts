/**
 * What is not for clients is used between subgraphs and never shown: not a key, not a value, not a type.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { items } from './data.ts';
import { labels, stock } from './stock.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  const truth = {
    items: items.map((item) => ({ ...item, label: `label ${item.code}` })),
    things: [...items, { __typename: 'Inner', grade: 'GOOD' }],
  };
  graph = await federate({ subgraphs: [stock, labels], truth });
});

test('a key that clients cannot see still leads to the other subgraph', async () => {
  expect((await graph.agreed('{ items { label } }')).data).toEqual({
    items: [{ label: 'label a' }, { label: 'label b' }, { label: 'label c' }],
  });
});

test('an enum value that clients cannot see is null with an error, wherever it stands', async () => {
  const answer = await graph.agreed('{ items { grade grades sure } }');
  expect([answer.data, answer.errors]).toEqual([
    {
      items: [
        { grade: 'GOOD', grades: ['GOOD', 'FAIR'], sure: 'FAIR' },
        { grade: null, grades: null, sure: 'GOOD' },
        null,
      ],
    },
    [
      { path: ['items', 1, 'grade'], code: 'SUBGRAPH_RESPONSE_INVALID' },
      { path: ['items', 1, 'grades', 1], code: 'SUBGRAPH_RESPONSE_INVALID' },
      { path: ['items', 2, 'sure'], code: 'SUBGRAPH_RESPONSE_INVALID' },
    ],
  ]);
});

test('an object of a type that clients cannot see is null with an error', async () => {
  const answer = await graph.agreed('{ things { __typename ... on Item { sure } } }');
  expect(answer.data).toEqual({
    things: [{ __typename: 'Item', sure: 'FAIR' }, { __typename: 'Item', sure: 'GOOD' }, null, null],
  });
});

test('introspection and validation do not know it', async () => {
  const query =
    '{ grade: __type(name: "Grade") { enumValues { name } } item: __type(name: "Item") { fields { name } } inner: __type(name: "Inner") { name } }';
  expect((await graph.agreed(query)).data).toEqual({
    grade: { enumValues: [{ name: 'GOOD' }, { name: 'FAIR' }] },
    item: { fields: [{ name: 'label' }, { name: 'grade' }, { name: 'grades' }, { name: 'sure' }] },
    inner: null,
  });
  await expect(graph.compiled('{ items { code } }')).rejects.toThrow(
    'Cannot query field "code" on type "Item".',
  );
});
