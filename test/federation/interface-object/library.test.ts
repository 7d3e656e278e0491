/**
 * Items that two subgraphs know without their types and two others with them, one needing what the other has.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { truth } from './library.data.ts';
import { lengths, library, opinions, prices } from './library.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [library, lengths, opinions, prices], truth });
});

test.each([
  ['a field that needs another, beside one that needs nothing', '{ items { name rating price } }'],
  [
    'one that needs another, of one type alone',
    '{ items { rating ... on Film { price } ... on Book { words } } }',
  ],
  ['needs of a type and needs of its interface', '{ items { price ... on Book { summary price } } }'],
  ['from the side that knows no types', '{ top { name ... on Book { words summary } price } }'],
  [
    'back and forth',
    '{ latest { text item { __typename price similar { name reviews { item { id } } } } } }',
  ],
  [
    'through a list that both sides gave',
    '{ top { similar { reviews { item { price } } ... on Book { reviews { item { kind: __typename } } } } } }',
  ],
  [
    'behind a union',
    '{ things { __typename ... on Item { price name } ... on Person { owns { rating } } } }',
  ],
  [
    'behind a union, by type',
    '{ things { ... on Book { price owner { id } } ... on Film { reviews { text } } } }',
  ],
  ['by an entity’s own list', '{ items { owner { owns { __typename rating ... on Book { summary } } } } }'],
  ['one that nobody knows', '{ item(id: "none") { name price } }'],
  ['one by its id', '{ item(id: "f1") { id similar { id price } ... on Film { minutes } } }'],
  [
    'the same under several names',
    '{ items { a: price b: rating ... on Book { c: price d: similar { b: name } } } }',
  ],
  ['only names of types', '{ top { __typename similar { __typename } } latest { item { __typename } } }'],
])('%s', async (_name, query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});
