/**
 * A null where none may be takes the place of the nearest parent that may be null (GraphQL, 6.4.4), and every null
 * has an error that leads to it, where the monolith has one.
 */

import { explainedNulls } from '../kit/answer.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { truth } from './data.ts';
import { tree, values } from './tree.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [tree, values], truth });
});

test.each([
  ['a nullable field that fails is null alone', '{ nodes { id maybe } }'],
  ['a non-null field takes its object', '{ nodes { id sure } }'],
  ['up to the item of a list that may be null', '{ node(id: "parent") { id children { id sure } } }'],
  [
    'through a list whose items may not be null, to the list’s parent',
    '{ node(id: "parent") { id sureChildren { sure } } }',
  ],
  ['up to the data', '{ sureNode(id: "broken") { id sure } }'],
  [
    'up to the data past fields that are well',
    '{ node(id: "good") { maybe } sureNode(id: "unsure") { sure maybe } }',
  ],
  ['a root field that may not be null is', '{ sureNode(id: "nobody") { id } }'],
  ['through objects one in another', '{ node(id: "parent") { child { child { sure } sure } } }'],
  ['under other names', '{ x: node(id: "unsure") { y: sure } z: node(id: "unsure") { maybe: id } }'],
  [
    'of what is left out by @skip there is no error',
    '{ node(id: "broken") { id sure @skip(if: true) maybe @include(if: false) } }',
  ],
])('%s', async (_name, query) => {
  const [ours, truths] = [await graph.compiled(query), await graph.monolith(query)];
  expect([ours.text, explainedNulls(ours)]).toEqual([truths.text, explainedNulls(truths)]);
});

test('a variable that has its default decides what is looked at when something failed', async () => {
  const query =
    'query ($a: Boolean! = true) { node(id: "broken") { id maybe @include(if: $a) sure @skip(if: $a) } }';
  expect(await graph.compiled(query)).toEqual({
    data: { node: { id: 'broken', maybe: null } },
    text: '{"node":{"id":"broken","maybe":null}}',
    errors: [{ path: ['node', 'maybe'], code: 'SUBGRAPH_FAILED' }],
  });
});

test('what a subgraph leaves out below the objects that it was asked for is null with an error', async () => {
  const nodes = [{ __typename: 'Node', id: 'parent', child: { children: [{}, null, { id: 'good' }] } }];
  const leaving = await federate({ subgraphs: [tree, values], spoil: { tree: () => ({ data: { nodes } }) } });
  const answer = await leaving.compiled('{ nodes { child { children { id } child { id } } } }');
  expect([answer.data, answer.errors]).toEqual([
    { nodes: [{ child: { children: [null, null, { id: 'good' }], child: null } }] },
    [
      { path: ['nodes', 0, 'child', 'child'], code: 'SUBGRAPH_RESPONSE_INVALID' },
      { path: ['nodes', 0, 'child', 'children', 0, 'id'], code: 'SUBGRAPH_RESPONSE_INVALID' },
    ],
  ]);
});
