/**
 * Answers and operations far larger than honest ones: they cost time in proportion to their size, and the memory of
 * a gateway does not grow with the number of operations that it has seen.
 */

import type { ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { INCREMENTAL_FORMATS } from '../../gateway/request/incremental-format.ts';
import { askInParts, mergeParts } from '../kit/ask-in-parts.ts';
import { behaving, honest, sendJson } from '../kit/fake-subgraph.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import { startGateway } from '../kit/start-gateway.ts';
import { federate, type Federation } from './kit/federation.ts';
import { catalogue, catalogueRoot } from './selections/catalogue.subgraph.ts';
import { ratings } from './selections/ratings.subgraph.ts';

let library: Federation;

beforeAll(async () => {
  library = await federate({ subgraphs: [catalogue, ratings], truth: catalogueRoot });
});

test('a list of a hundred thousand objects is joined to another subgraph’s', async () => {
  const count = 100_000;
  const works = Array.from({ length: count }, (_, index) => ({
    __typename: 'Book',
    id: `b${index}`,
    title: 'x',
  }));
  const entities = works.map((_, index) => ({ stars: index === 77_777 ? 'many' : index }));
  const graph = await federate({
    subgraphs: [catalogue, ratings],
    spoil: { catalogue: () => ({ data: { works } }), ratings: () => ({ data: { _entities: entities } }) },
  });
  const { data, errors } = await graph.compiled('{ works { title ... on Book { stars } } }');
  expect([data, errors]).toEqual([
    { works: works.map((_, index) => ({ title: 'x', stars: index === 77_777 ? null : index })) },
    [{ path: ['works', 77_777, 'stars'], code: 'SUBGRAPH_RESPONSE_INVALID' }],
  ]);
});

test('each of two thousand deferred parts says by itself what failed, in proportion to their number', async () => {
  const works = Array.from({ length: 2_000 }, (_, id) => ({ __typename: 'Book', id: `b${id}`, title: 'x' }));
  const graph = await federate({
    subgraphs: [catalogue, ratings],
    spoil: {
      catalogue: () => ({ data: { works } }),
      ratings: () => ({ data: null, errors: [{ message: 'no' }] }),
    },
  });
  const all = '{ works { title ... on Book @defer { stars } ... on Book @defer { reviews { stars } } } }';
  for (const format of INCREMENTAL_FORMATS) {
    const startedAt = performance.now();
    const { data, errors } = mergeParts(await graph.inParts(all, {}, format));
    expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS);
    expect(data).toEqual({ works: works.map(() => ({ title: 'x', stars: null })) });
    expect(errors).toHaveLength(2 * works.length);
  }
}, 600_000);

test('fragments that double at every step are answered once', async () => {
  const depth = 12;
  const bomb = Array.from(
    { length: depth },
    (_, index) => `fragment F${index} on Person { ...F${index + 1} ...F${index + 1} }`,
  );
  const query = `{ person(id: "ada") { ...F0 } } ${bomb.join(' ')} fragment F${depth} on Person { name }`;
  expect((await library.agreed(query)).text).toBe('{"person":{"name":"Ada"}}');
});

test('a thousand aliases are a thousand fields', async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `a${index}`);
  const query = `{ ${names.map((name) => `${name}: person(id: "ada") { name }`).join(' ')} }`;
  expect((await library.agreed(query)).data).toEqual(
    Object.fromEntries(names.map((name) => [name, { name: 'Ada' }])),
  );
});

test('an operation nested two hundred levels deep is answered', async () => {
  const depth = 100;
  const query = `{ works { ... on Book { ${'reviews { about { '.repeat(depth)} title ${'} }'.repeat(depth)} } } }`;
  const deep: Record<string, unknown> = { title: 'end' };
  const about = Array.from({ length: depth }).reduce<object>(
    (inner) => ({ reviews: [{ about: inner }] }),
    deep,
  );
  const spoil = () => ({ data: { works: [{ __typename: 'Book', id: 'b1', ...about }] } });
  const graph = await federate({ subgraphs: [allInOne()], spoil: { catalogue: spoil } });
  expect((await graph.compiled(query)).data).toEqual({ works: [about] });
});

/** The catalogue with reviews of its own, so that no hop is needed on the way down. */
function allInOne() {
  const sdl = catalogue.sdl
    .replace('pages: Int!', 'pages: Int!  reviews: [Review!]!')
    .replace('union Thing', 'type Review { stars: Int!  about: Book }\n  union Thing');
  return { ...catalogue, sdl };
}

test('a scalar that is nested twenty thousand levels deep takes nothing along', async () => {
  const depth = 20_000;
  const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const spec = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
    import: ["@key", "@external", "@requires"]) scalar Json`;
  const home = behaving(
    honest(
      'home',
      `${spec} type Query { item: Item } type Item @key(fields: "id") { id: ID! json: Json }`,
      {},
    ),
    (_answer, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`{"data":{"item":{"__typename":"Item","id":"i","json":${deep}}}}`),
  );
  const likes = behaving(
    honest(
      'likes',
      `${spec} type Item @key(fields: "id") {
        id: ID! json: Json @external likes: Int need: Int @requires(fields: "json")
      }`,
      { Item: { __resolveReference: () => ({ likes: 7, need: 8 }) } },
    ),
    async (answer, response) => sendJson(response, await answer()),
  );
  const gateway = await startGateway({ subgraphs: [home, likes] });
  try {
    const whole = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ item { json likes need } }' }),
    });
    expect((await whole.text()).trim()).toBe(`{"data":{"item":{"json":${deep},"likes":7,"need":8}}}`);
    const parts = await askInParts(gateway.url, { query: '{ item { id json ... @defer { likes } } }' });
    expect(await parts.rest()).toMatchObject([
      { data: { item: { id: 'i' } } },
      { incremental: [{ data: { likes: 7 } }], hasNext: false },
    ]);
  } finally {
    await gateway.stop();
  }
});

describe('what is nested deeper than any stack', () => {
  const DEEP = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])';
  const parts = `${link} scalar Json  type Part @key(fields: "id") { id: ID!`;
  let said = '';
  const saying = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(said);
  const home = behaving(
    honest(
      'home',
      `${parts} json: Json name: String } type Query { part: Part parts: [Part] other: Int }`,
      {},
    ),
    (_answer, response) => saying(response),
  );
  const stock = honest('stock', `${parts} stock: Int }`, {
    Part: { __resolveReference: () => ({ stock: 3 }) },
  });
  const invalid = 'SUBGRAPH_RESPONSE_INVALID';

  interface Case {
    readonly query: string;
    readonly answer: string;
    readonly data: string;
    readonly errors: readonly object[];
  }

  test.each<[what: string, Case]>([
    [
      'lists in the place of an object',
      {
        query: '{ part { name stock } other }',
        answer: `{"data":{"part":${DEEP},"other":1}}`,
        data: '{"part":null,"other":1}',
        errors: [{ path: ['part'], extensions: { code: invalid } }],
      },
    ],
    [
      'lists in the place of a list',
      {
        query: '{ parts { stock } other }',
        answer: `{"data":{"parts":${DEEP},"other":1}}`,
        data: '{"parts":[null],"other":1}',
        errors: [{ path: ['parts', 0], extensions: { code: invalid } }],
      },
    ],
    [
      'a scalar beside an error',
      {
        query: '{ part { json name stock } }',
        answer: `{"data":{"part":{"__typename":"Part","id":"1","json":${DEEP},"name":5}}}`,
        data: `{"part":{"json":${DEEP},"name":null,"stock":3}}`,
        errors: [{ path: ['part', 'name'], extensions: { code: invalid } }],
      },
    ],
    [
      'the details of an error',
      {
        query: '{ other }',
        answer: `{"data":{"other":null},"errors":[{"message":"no","path":["other"],"extensions":{"code":"FORBIDDEN","details":{"x":${DEEP}}}}]}`,
        data: '{"other":null}',
        errors: [{ path: ['other'], extensions: { code: 'FORBIDDEN' } }],
      },
    ],
  ])('%s costs no more than its place', async (_what, { query, answer, data, errors }) => {
    said = answer;
    const gateway = await startGateway({ subgraphs: [home, stock] });
    try {
      for (let time = 0; time < 4; time += 1) {
        const response = await fetch(`${gateway.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        const text = await response.text();
        expect(text.endsWith(`,"data":${data}}\n`)).toBe(true);
        const told: unknown = JSON.parse(`${text.slice(0, -`,"data":${data}}\n`.length)}}`);
        expect(told).toMatchObject({ errors });
      }
    } finally {
      await gateway.stop();
    }
  });
});

test('a flood of distinct operations leaves the memory where it was', async () => {
  const ask = (index: number) =>
    library.compiled(`{ person(id: "ada") { ${'name '.repeat(600)} x${index}: born } }`);
  const flood = async (from: number, count: number) => {
    for (let index = from; index < from + count; index += 1) await ask(index);
    return usedHeap();
  };
  // The cache is full after the first part; what is asked after that takes the place of what was there.
  const full = await flood(0, 250);
  const after = await flood(250, 250);
  expect(after - full).toBeLessThan(8 * 1024 * 1024);
});

function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  // Reason for the cast: the flag has just made it.
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
