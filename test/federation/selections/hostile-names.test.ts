/**
 * Names that mean something to JavaScript, in every place where a client or a subgraph may write a name.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation, type Spoil } from '../kit/federation.ts';
import { catalogue, catalogueRoot } from './catalogue.subgraph.ts';
import { ratings } from './ratings.subgraph.ts';

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'then',
];

let library: Federation;

beforeAll(async () => {
  library = await federate({ subgraphs: [catalogue, ratings], truth: catalogueRoot });
});

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test.each(NAMES)('%s as an alias of objects, lists and leaves, before and behind a hop', async (name) => {
  const query = `{ ${name}: works { ${name}: title ... on Book { reviews { ${name}: stars } people { ${name}: __typename } } } }`;
  expect((await library.agreed(query)).errors).toEqual([]);
});

test.each(NAMES)('%s as a variable, an operation and a fragment', async (name) => {
  const query = `query ${name}($${name}: ID!, $b: Boolean = true) { person(id: $${name}) { ...${name} } }
    fragment ${name} on Person { name born @include(if: $b) }`;
  const { text } = await library.agreed(query, JSON.parse(`{ "${name}": "ada" }`));
  expect(text).toBe('{"person":{"name":"Ada","born":"1815-12-10"}}');
  expect((await library.compiled(query)).errors).toEqual([{ path: [], code: 'BAD_USER_INPUT' }]);
});

test('a variable for @include that only the prototype has is not true', async () => {
  const query =
    'query ($toString: Boolean) { works { title @include(if: true) } echo(flags: [$constructor]) }'.replace(
      '($toString: Boolean)',
      '($constructor: Boolean! = false)',
    );
  expect((await library.agreed(query)).errors).toEqual([]);
});

test('such keys in what a subgraph answers are nobody’s data', async () => {
  const evil: Spoil = () =>
    JSON.parse(`{"data":{"works":[{"__typename":"Book","id":"b1","title":"x","__proto__":{"stars":666,"polluted":1},
      "constructor":{"prototype":{"polluted":1}}}]}}`);
  const graph = await federate({ subgraphs: [catalogue, ratings], spoil: { catalogue: evil } });
  const { text, errors } = await graph.compiled('{ works { title ... on Book { stars } } }');
  expect([text, errors, 'polluted' in {}]).toEqual(['{"works":[{"title":"x","stars":5}]}', [], false]);
});

test.each(NAMES)('%s in an error path is told under the client’s name', async (name) => {
  const failing: Spoil = () => ({ errors: [{ message: 'no' }] });
  const graph = await federate({ subgraphs: [catalogue, ratings], spoil: { ratings: failing } });
  const { text, errors } = await graph.compiled(
    `{ ${name}: works { id: title ... on Book { ${name}: stars } } }`,
  );
  expect([text, errors]).toEqual([
    `{"${name}":[{"id":"Notes","${name}":null},{"id":"Reels"}]}`,
    [{ path: [name, 0, name], code: 'SUBGRAPH_FAILED' }],
  ]);
});

test.each(NAMES)('a change called %s that fails takes nothing away from all objects', async (name) => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])';
  const home = honest(
    'home',
    `${link} type Query { a: Int } type Mutation { change: Part } type Part @key(fields: "id") { id: ID! }`,
    { Mutation: { change: () => Promise.reject(new Error('no')) } },
  );
  const stock = honest('stock', `${link} type Part @key(fields: "id") { id: ID! stock: Int }`, {});
  const graph = await federate({ subgraphs: [home, stock] });
  const before = Object.getOwnPropertyDescriptors(Object.prototype);
  const answer = await graph.compiled(`mutation { ${name}: change { id isPrototypeOf: stock } }`);
  const after = Object.getOwnPropertyNames(Object.prototype);
  // All other tests need it too.
  Object.defineProperties(Object.prototype, before);
  expect(after).toEqual(Object.getOwnPropertyNames(before));
  expect([answer.text, answer.errors]).toEqual([
    `{"${name}":null}`,
    [{ path: [name], code: 'SUBGRAPH_FAILED' }],
  ]);
});
