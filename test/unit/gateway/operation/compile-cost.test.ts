/**
 * What operations cost, each figure counted by hand from the weights of one small schema.
 */

import { buildSchema, parse } from 'graphql';

import { compileCost } from '../../../../gateway/operation/compile-cost.ts';
import { readCostWeights } from '../../../../gateway/operation/cost-weights.ts';

const SDL = `
  schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@expense" }, "@listSize"]) {
    query: Query
    mutation: Mutation
  }
  directive @link(url: String, import: [Import]) on SCHEMA
  scalar Import
  directive @expense(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  type Query {
    book: Book
    books: [Book]
    top(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
    some(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"], assumedSize: 7, requireOneSlicingArgument: false)
    page(first: Int = 20): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes"])
    within(asked: Asked): [Book] @listSize(slicingArguments: ["asked.part.first", "asked.part.last"])
    search(filter: Filter): Int
    things: [Thing] @listSize(assumedSize: 2)
    rating: Rating
    matrix: [[Book]]
    thing: Thing
  }
  type Mutation { buy: Book }
  type Page { nodes: [Book] total: Int }
  type Book { id: ID title: String author: Author summary: String @expense(weight: 3) }
  type Author @expense(weight: 5) { name: String books: [Book] }
  input Asked { part: Part = { first: 4 }, last: Int }
  input Part { first: Int, last: Int }
  input Filter { text: String, nested: [Filter], exact: Boolean @expense(weight: 4) }
  interface Thing { id: ID, next: Thing }
  type Chair implements Thing { id: ID next: Thing seat: Author }
  type Table implements Thing { id: ID next: Thing top: Book leg: Book }
  scalar Rating @expense(weight: 2)
`;

const parts = {
  schema: buildSchema(SDL, { assumeValid: true }),
  weights: readCostWeights(parse(SDL)),
  defaultListSize: 10,
};

function estimate(text: string, variables: Record<string, unknown> = {}): number {
  return compileCost(parse(text), undefined, parts)!.estimate(variables);
}

test.each([
  ['{ __typename }', {}, 0],
  ['{ book { id title } }', {}, 1],
  ['{ book { summary } }', {}, 4],
  ['{ book { author { name } } }', {}, 6],
  ['{ books { id } }', {}, 10],
  ['{ books { author { books { id } } } }', {}, 10 * (1 + 5 + 10)],
  ['{ top(first: 3) { id } }', {}, 3],
  ['query ($n: Int) { top(last: $n) { id } }', { n: 4 }, 4],
  ['query ($n: Int = 6) { top(last: $n) { id } }', {}, 6],
  ['{ some { id } }', {}, 7],
  ['{ some(first: 2, last: 9) { id } }', {}, 9],
  ['{ some(first: -5) { id } }', {}, 0],
  ['{ page { total } }', {}, 1],
  ['{ page { nodes { id } } }', {}, 21],
  ['{ page(first: 5) { nodes { author { name } } } }', {}, 1 + 5 * 6],
  ['{ within(asked: { part: { first: 3 } }) { id } }', {}, 1 + 1 + 3],
  ['{ within(asked: { part: { last: 2 }, last: 9 }) { id } }', {}, 1 + 1 + 2],
  ['{ within(asked: {}) { id } }', {}, 1 + 4],
  ['query ($p: Part) { within(asked: { part: $p }) { id } }', { p: { first: 6 } }, 1 + 1 + 6],
  ['{ search }', {}, 0],
  ['{ search(filter: { text: "a" }) }', {}, 1],
  ['{ search(filter: { exact: true, nested: [{}, {}] }) }', {}, 1 + 4 + 2],
  ['query ($f: Filter) { search(filter: $f) }', { f: { exact: false, nested: [{}] } }, 1 + 4 + 1],
  ['{ rating }', {}, 2],
  ['{ matrix { id } }', {}, 100],
  // The dearest type is what an object of an abstract type may be.
  [
    '{ things { id ... on Chair { seat { name } } ... on Table { top { id } leg { id } } } }',
    {},
    2 * (1 + 5),
  ],
  ['{ book { id } a: book { id } ... { book { title } } }', {}, 2],
  ['query ($no: Boolean = false) { book @include(if: $no) { id } }', {}, 0],
  ['query ($no: Boolean = false) { book @skip(if: $no) { id } }', {}, 1],
  ['{ ...F } fragment F on Query { book { id } books { id } }', {}, 11],
  ['mutation { buy { id } }', {}, 11],
])('%s %j costs %i', (text, variables, cost) => {
  expect(estimate(text, variables)).toBe(cost);
});

test.each([
  ['query ($n: Int) { top(last: $n) { id } }', [{ n: 4 }, { n: 7 }], [4, 7]],
  ['query ($n: Int = 6) { top(last: $n) { id } }', [{}, { n: 2 }], [6, 2]],
  ['query ($no: Boolean = false) { book @include(if: $no) { id } }', [{}, { no: true }], [0, 1]],
  ['query ($no: Boolean!) { book @skip(if: $no) { author { id } } }', [{ no: true }, { no: false }], [0, 6]],
  ['query ($f: Filter) { search(filter: $f) }', [{}, { f: { nested: [{}, {}] } }], [0, 3]],
  ['query ($t: String) { search(filter: { text: $t }) books { id } }', [{ t: 'a' }, { t: 'b' }], [11, 11]],
  ['query ($unused: Int) { books { id } }', [{ unused: 1 }, { unused: 2 }], [10, 10]],
])('%s costs each time what its variables ask for, %j', (text, variables, costs) => {
  const cost = compileCost(parse(text), undefined, parts)!;
  const asked = [...variables, ...variables];
  expect(asked.map((each) => cost.estimate(each))).toEqual([...costs, ...costs]);
});

test.each([
  '{ top { id } }',
  '{ top(first: 1, last: 1) { id } }',
  '{ within { id } }',
  '{ within(asked: { part: { first: 1, last: 1 } }) { id } }',
])('%s does not say the size of the list as it must', (text) => {
  expect(() => estimate(text)).toThrow(expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }));
});

test('what an answer holds is what it did cost', () => {
  const text =
    '{ page(first: 5) { nodes { summary author { name } } } things { ... on Table { top { id } } } }';
  const data = {
    page: { nodes: [{ summary: 'a', author: { name: 'b' } }, null, { summary: null, author: null }] },
    things: [{ top: { id: '1' } }, {}, null],
  };
  const cost = compileCost(parse(text), undefined, parts)!;
  expect(cost.actual(data, {})).toBe(1 + (1 + 3 + 5) + 1 + (1 + 1) + 1);
  expect(cost.estimate({})).toBe(1 + 5 * (1 + 3 + 5) + 2 * (1 + 1));
});

test('types that take turns are looked at once for each level, not once for each way there', () => {
  const levels = 40;
  const fragments = Array.from(
    { length: levels },
    (_, level) =>
      `fragment L${level} on Thing { ... on Chair { next { ...L${level + 1} } } next { ...L${level + 1} } }`,
  );
  const text = `{ thing { ...L0 } } ${fragments.join(' ')} fragment L${levels} on Thing { id }`;
  expect(estimate(text)).toBe(levels + 1);
});
