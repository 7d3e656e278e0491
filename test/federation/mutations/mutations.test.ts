/**
 * The fields of a mutation run one after the other, whichever subgraphs they belong to.
 */

import { Kind, parse } from 'graphql';

import { federate, type Federation } from '../kit/federation.ts';
import { first, second } from './counters.subgraph.ts';
import { book } from './data.ts';

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [first, second] });
});

beforeEach(() => book.entries.splice(0));

test('in the order of the operation, also back and forth between subgraphs', async () => {
  const query = `mutation ($last: String!) {
    a: addSecond(name: "1") { id } b: addFirst(name: "2") { id } c: addFirst(name: "3") { id }
    d: addSecond(name: "4") { id } e: addFirst(name: $last) { id by }
  }`;
  const answer = await graph.compiled(query, { last: '5' });
  expect([answer.text, book.entries]).toEqual([
    '{"a":{"id":"1"},"b":{"id":"2"},"c":{"id":"3"},"d":{"id":"4"},"e":{"id":"5","by":"first"}}',
    ['second 1', 'first 2', 'first 3', 'second 4', 'first 5'],
  ]);
});

test('what a change answers is joined before the next change runs', async () => {
  const answer = await graph.compiled(
    'mutation { a: addFirst(name: "1") { seen } b: addSecond(name: "2") { seen } }',
  );
  expect([answer.data, book.entries]).toEqual([{ a: { seen: 1 }, b: { seen: 2 } }, ['first 1', 'second 2']]);
});

test('also where the next change is of the same subgraph', async () => {
  const query = `mutation { a: addFirst(name: "1") { seen } b: addFirst(name: "2") { seen by } __typename }`;
  const answer = await graph.compiled(query);
  expect([answer.text, book.entries]).toEqual([
    '{"a":{"seen":1},"b":{"seen":2,"by":"first"},"__typename":"Mutation"}',
    ['first 1', 'first 2'],
  ]);
});

test.each([
  ['that lead nowhere else', ['by', 'by', 'by'], ['abc']],
  ['of which the last leads elsewhere', ['by', 'by', 'seen'], ['abc', '']],
  ['of which one in between leads elsewhere', ['by', 'seen', 'by'], ['ab', '', 'c']],
])('changes of one subgraph %s are as few calls as can be', async (_which, fields, calls) => {
  graph.takeAsked();
  const [a, b, c] = fields.map((field, index) => `addFirst(name: "${index}") { ${field} }`);
  await graph.compiled(`mutation { a: ${a} b: ${b} __typename c: ${c} }`);
  const asked = graph
    .takeAsked()
    .map(({ query }) => [...query.matchAll(/([abc]):addFirst/g)].map(([, key]) => key).join(''));
  expect([asked, book.entries]).toEqual([calls, ['first 0', 'first 1', 'first 2']]);
});

test('a change that fails does not keep the next ones from running', async () => {
  const answer = await graph.compiled('mutation { fail { id } addSecond(name: "2") { id } }');
  expect([answer.data, answer.errors, book.entries]).toEqual([
    { fail: null, addSecond: { id: '2' } },
    [{ path: ['fail'], code: 'SUBGRAPH_FAILED' }],
    ['first failed', 'second 2'],
  ]);
});

test('a change left out by @skip is not made', async () => {
  const query =
    'mutation ($off: Boolean!) { addFirst(name: "1") @skip(if: $off) { id } addSecond(name: "2") { id } }';
  const answer = await graph.compiled(query, { off: true });
  expect([answer.data, book.entries]).toEqual([{ addSecond: { id: '1' } }, ['second 2']]);
});

test('a change that stands in two fragments, one of them under @skip, is made once', async () => {
  const query = `mutation ($off: Boolean!) { ...F @skip(if: $off) ...F }
    fragment F on Mutation { addFirst(name: "1") @skip(if: $off) { id } addSecond(name: "2") { id } }`;
  await graph.compiled(query, { off: false });
  expect(book.entries).toEqual(['first 1', 'second 2']);
});

test('a change that stands at two places, the first under @skip, is made at the first', async () => {
  const query = `mutation ($off: Boolean!) {
    addFirst(name: "1") @skip(if: $off) { id } addSecond(name: "2") { id } addFirst(name: "1") { id }
  }`;
  await graph.compiled(query, { off: false });
  expect(book.entries).toEqual(['first 1', 'second 2']);
});

test('a change that a fragment names again keeps its first place', async () => {
  const query = `mutation { addFirst(name: "1") { by } ...F }
    fragment F on Mutation { two: addFirst(name: "2") { id } addFirst(name: "1") { id } }`;
  const answer = await graph.compiled(query);
  expect([answer.text, book.entries]).toEqual([
    '{"addFirst":{"by":"first","id":"1"},"two":{"id":"2"}}',
    ['first 1', 'first 2'],
  ]);
});

test('a change that a client calls like a planned field keeps that name in the answer', async () => {
  const { text } = await graph.compiled(
    'mutation { x: addFirst(name: "1") { id } x__client: addFirst(name: "2") { id } y__client2: addFirst(name: "3") { id } }',
  );
  expect(text).toBe('{"x":{"id":"1"},"x__client":{"id":"2"},"y__client2":{"id":"3"}}');
});

test.each(['compiled', 'apollo'] as const)(
  'the %s engine asks for each change under the name that the client gave it',
  async (engine) => {
    const query = `mutation { id: addFirst(name: "1") { id: by } ...F again: addFirst(name: "1") { by: id } }
    fragment F on Mutation { idClient: addFirst(name: "2") { id } ... on Mutation { name: addSecond(name: "3") { seen } } }`;
    graph.takeAsked();
    const answer = await graph[engine](query);
    expect(answer.errors).toEqual([]);
    const asked = graph.takeAsked().filter(({ query: text }) => text.startsWith('mutation'));
    expect(asked.flatMap(({ query: text }) => rootKeysOf(text)).toSorted()).toEqual([
      'again',
      'id',
      'idClient',
      'name',
    ]);
  },
);

function rootKeysOf(text: string): readonly string[] {
  const [operation] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('an operation stands first');
  return operation.selectionSet.selections.map((node) => {
    if (node.kind !== Kind.FIELD) throw new Error('the plan names fields');
    return (node.alias ?? node.name).value;
  });
}
