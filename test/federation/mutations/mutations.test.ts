/**
 * The fields of a mutation run one after the other, whichever subgraphs they belong to.
 */

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
