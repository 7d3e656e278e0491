/**
 * Documents of many operations: what one of them says, of a variable or in a fragment that it alone spreads, is no matter
 * of another. Each is asked several times, for the first times go another way.
 */

import { honest } from '../kit/fake-subgraph.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])`;

interface Given {
  readonly s?: string;
}

const one = honest(
  'one',
  `${LINK}
  type E @key(fields: "id") { id: ID! a(s: String): String }
  type Query { es: [E!]! echo(s: String, i: Int): String e: E }
  type Mutation { set(s: String): E }
  type Subscription { on: E }`,
  {
    Query: {
      es: () => [{ id: '1' }, { id: '2' }],
      e: () => ({ id: '1' }),
      echo: (_root: unknown, given: object) => JSON.stringify(given),
    },
    Mutation: { set: () => ({ id: '1' }) },
    E: {
      __resolveReference: (key: object) => key,
      a: ({ id }: { readonly id: string }, { s = '' }: Given) => `a${id}${s}`,
    },
  },
);
const other = honest('other', `${LINK} type E @key(fields: "id") { id: ID! b(s: String): String }`, {
  E: {
    __resolveReference: (key: object) => key,
    b: ({ id }: { readonly id: string }, { s = '' }: Given) => `b${id}${s}`,
  },
});

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [one, other] });
});

afterAll(() => gateway.stop());

function send(parameters: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(parameters),
  });
}

const CONDITION = 'query A($c: Boolean!) { es @skip(if: $c) { id } }';

test.each<[string, string, Record<string, unknown>, object]>([
  [
    'a condition of another is text',
    `${CONDITION} query B($c: String) { echo(s: $c) }`,
    { c: 'x' },
    { echo: '{"s":"x"}' },
  ],
  ['a condition of another is a number', `${CONDITION} query B($c: Int) { echo(i: $c) }`, {}, { echo: '{}' }],
  ['a condition of another is none', `${CONDITION} query B { e { id b } }`, {}, { e: { id: '1', b: 'b1' } }],
  [
    'a condition in a fragment of another',
    'query A($c: Boolean!) { e { ...F } } fragment F on E { b @include(if: $c) } query B($c: String) { e { b(s: $c) } }',
    { c: 'y' },
    { e: { b: 'b1y' } },
  ],
  [
    'the same names for other fields',
    'query A { e { x: b(s: "1") } } query B { e { x: b(s: "2") } } query C { es { ... on E { x: a } } }',
    {},
    { e: { x: 'b12' } },
  ],
  [
    'a fragment of both',
    'query A { e { ...F } } query B($s: String = "d") { es { ...F x: a(s: $s) } } fragment F on E { y: b }',
    {},
    {
      es: [
        { y: 'b1', x: 'a1d' },
        { y: 'b2', x: 'a2d' },
      ],
    },
  ],
  [
    'a mutation between others',
    'query A { e { b } } mutation B { set { b } } subscription S { on { b } }',
    {},
    { set: { b: 'b1' } },
  ],
  [
    'a deferred part of another',
    'query A { e { ... @defer { b } } } query B { e { b } }',
    {},
    { e: { b: 'b1' } },
  ],
  [
    'variables of another in its fragments',
    'query B { e { b } } query C($s: String, $i: Int!) { e { ...F } echo(i: $i) } fragment F on E { b(s: $s) }',
    {},
    { e: { b: 'b1' } },
  ],
  [
    'fragments with the names of operations',
    'query A { e { ...A } } fragment A on E { b } query B { e { ...A ...constructor } } fragment constructor on E { id }',
    {},
    { e: { b: 'b1', id: '1' } },
  ],
])('%s', async (_what, query, variables, data) => {
  for (const _time of [1, 2, 3, 4])
    expect(await (await send({ query, operationName: 'B', variables })).json()).toEqual({ data });
});

test.each(['__proto__', 'constructor', 'toString'])(
  'an operation may be called %s',
  async (operationName) => {
    const query =
      'query __proto__ { e { id } } query constructor { e { id } } query toString($c: Boolean!) { e { id b @skip(if: $c) } }';
    const variables = operationName === 'toString' ? { c: true } : {};
    expect(await (await send({ query, operationName, variables })).json()).toEqual({
      data: { e: { id: '1' } },
    });
  },
);

test.each(['B', 'C', 'D'])('for who takes parts, too: %s', async (operationName) => {
  const query = `query A($c: Boolean!) { e { ... @defer(if: $c) { b } } }
    query B($c: String) { e { b } echo(s: $c) @include(if: false) }
    query C { e { id ...F @defer } } fragment F on E { b }
    query D($c: Boolean! = false) { e { id ...F @defer(if: $c) } }`;
  const accept = 'multipart/mixed; incrementalSpec=v0.2, application/json';
  for (const _time of [1, 2, 3]) {
    const text = await (await send({ query, operationName }, { accept })).text();
    expect(text).toContain('"b":"b1"');
    expect(text).not.toContain('"errors"');
  }
});
