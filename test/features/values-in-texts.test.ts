/**
 * Clients that write values into their texts: from the third text on that differs in nothing but values, one operation
 * with variables stands for them all. Nobody sees a difference: what is answered is what graphql-js answers, also
 * where a value does not fit.
 */

import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

import { startGateway, postOf, type TestGateway } from '../kit/start-gateway.ts';
import { honest } from '../kit/fake-subgraph.ts';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@listSize"])
  scalar Any
  enum Colour { RED GREEN }
  input Given { s: String, n: Int = 7, deep: [Given!] }
  type Query {
    echo(s: String, i: Int, f: Float, id: ID, ids: [ID!], any: Any, c: Colour, given: Given): String
    books(first: Int): [Book!] @listSize(slicingArguments: ["first"])
    book(id: ID! = "0"): Book
  }
  type Mutation { set(s: String): String }
  type Book @key(fields: "id") { id: ID! title(in: String = "en"): String }`;
const LINKED = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Book @key(fields: "id") { id: ID! stock(at: ID!): Int }`;

const echoed = (_root: unknown, given: object) => JSON.stringify(given);
const resolvers = {
  Query: {
    echo: echoed,
    books: (_root: unknown, { first }: { first: number }) =>
      Array.from({ length: first }, (_, index) => ({ id: String(index) })),
    book: (_root: unknown, { id }: { id: string }) => ({ id }),
  },
  Mutation: { set: echoed },
  Book: {
    __resolveReference: (key: object) => key,
    title: ({ id }: { id: string }, given: { in: string }) => `${given.in} ${id}`,
  },
};
const stock = { stock: ({ id }: { id: string }, { at }: { at: string }) => Number(id) * 10 + Number(at) };
const library = honest('library', SDL, resolvers);
const storage = honest('storage', LINKED, {
  Book: { __resolveReference: (key: object) => key, ...stock },
});
const one = buildSubgraphSchema([
  {
    typeDefs: parse(SDL.replace('title(', 'stock(at: ID!): Int title(')),
    // Reason for the cast: the library's type of resolvers takes no type that is written out.
    resolvers: { ...resolvers, Book: { ...resolvers.Book, ...stock } } as GraphQLResolverMap<unknown>,
  },
]);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [library, storage], config: { limits: { maxCost: 1_000 } } });
});
afterAll(() => gateway?.stop());

/** The texts that were sent to the subgraph meanwhile. */
async function sentTo(name: string, work: () => Promise<unknown>): Promise<readonly string[]> {
  const received = gateway.subgraphs.get(name)?.received ?? [];
  const before = received.length;
  await work();
  return received.slice(before).map(({ body }) => body.query);
}

const LIFTED: readonly (readonly [string, (value: string) => string, readonly string[]])[] = [
  [
    'strings',
    (value) => `{ echo(s: ${value}) }`,
    [
      '"a"',
      '"b"',
      '"c"',
      '""',
      '"ü \u{1F600}"',
      '"\\u00e9\\n\\""',
      '"""block\n  "two" \\""" lines"""',
      '"# 1"',
      '"{"',
    ],
  ],
  ['integers', (value) => `{ echo(i: ${value}) }`, ['1', '2', '3', '0', '-5', '2147483647', '-2147483648']],
  ['integers as numbers', (value) => `{ echo(f: ${value}) }`, ['1', '2', '3', '0', '-7', '12']],
  ['numbers', (value) => `{ echo(f: ${value}) }`, ['1.5', '2.5', '3e2', '1.10', '1e300', '0.1E-7']],
  ['ids', (value) => `{ echo(id: ${value}) }`, ['"1"', '"2"', '"3"', '"x\\ty"']],
  ['ids of digits', (value) => `{ echo(id: ${value}) }`, ['1', '2', '3', '12345678901234567890', '-4']],
  ['lists', (value) => `{ echo(ids: ["k", ${value}]) }`, ['"1"', '"2"', '"3"', '"4"']],
  ['objects', (value) => `{ echo(given: {deep: [{s: ${value}}, {n: 2}]}) }`, ['"1"', '"2"', '"3"', '"4"']],
  [
    'variables beside them',
    (value) => `query Named($literal0: Int = 4) { echo(i: $literal0, s: ${value}) }`,
    ['"1"', '"2"', '"3"', '"4"'],
  ],
  [
    'several systems',
    (value) => `{ books(first: 2) { id ...F } } fragment F on Book { title(in: ${value}) stock(at: 3) }`,
    ['"de"', '"fr"', '"it"', '"es"'],
  ],
];

interface Said {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

/** As it comes over HTTP, with what errors say in words alone. */
function inWords({ data, errors }: Said): unknown {
  return JSON.parse(JSON.stringify({ data, errors: errors?.map(({ message }) => message) }));
}

/** That the gateway says what graphql-js says. */
async function expectRight(source: string, variables: Record<string, unknown> = {}): Promise<void> {
  const { body } = await gateway.send('/graphql', postOf(source, { variables }));
  const right = await graphql({ schema: one, source, variableValues: variables });
  // Reason for the cast: an answer has nothing else.
  expect([source, inWords(body as Said)]).toEqual([source, inWords(right as Said)]);
}

test.each(LIFTED)('%s: one operation from the third text on', async (_what, textOf, values) => {
  const texts: string[] = [];
  for (const value of values) texts.push(...(await sentTo('library', () => expectRight(textOf(value)))));
  expect(new Set(texts).size).toBeLessThanOrEqual(3);
  expect(texts.at(2)).toMatch(/\$literal/);
});

test.each<[string, (value: string) => string, readonly string[]]>([
  [
    'numbers that a double does not hold',
    (value) => `{ echo(f: ${value}, i: 8) }`,
    ['1.5', '2.5', '3.5', '0.10000000000000000555', '-0.0'],
  ],
  ['scalars of their own', (value) => `{ echo(any: ${value}) }`, ['"1"', '"2"', '"3"', '"4"']],
  ['lists that such a scalar takes', (value) => `{ echo(any: [${value}]) }`, ['"1"', '"2"', '"3"', '"4"']],
  ['a single value for a list', (value) => `{ echo(ids: ${value}) }`, ['"1"', '"2"', '"3"', '"4"']],
  [
    'defaults of variables',
    (value) => `query ($s: String = ${value}) { echo(s: $s) }`,
    ['"1"', '"2"', '"3"', '"4"'],
  ],
  [
    'one field asked twice',
    (value) => `{ echo(s: ${value}) ... { echo(s: ${value}) } }`,
    ['"1"', '"2"', '"3"', '"4"'],
  ],
])('%s stay as they are written', async (_what, textOf, values) => {
  for (const value of values) {
    const texts = await sentTo('library', () => expectRight(textOf(value)));
    if (value === values.at(-1)) expect(texts.join()).not.toMatch(/literal/);
  }
});

test.each<[string, string]>([
  ['an integer that is too large', '{ echo(i: 2147483648, s: "x") }'],
  ['a string where a number belongs', '{ echo(i: "1", s: "x") }'],
  ['an escape that there is not', '{ echo(i: 4, s: "\\q") }'],
  ['a number with too many digits before', '{ echo(i: 01, s: "x") }'],
])('%s is told in the same words', async (_what, wrong) => {
  for (const number of [1, 2, 3]) await expectRight(`{ echo(i: ${number}, s: "${number}") }`);
  await expectRight(wrong);
});

test('variables that do not fit are told with the places of the text that came', async () => {
  const textOf = (value: string) => `query ($s: String!) {\n echo(s: $s, id: "${value}") }`;
  for (const value of ['1', '2', '3']) await expectRight(textOf(value), { s: 'x' });
  const { body } = await gateway.send('/graphql', postOf(textOf('4'), { variables: { s: 1 } }));
  expect(body).toMatchObject({ errors: [{ locations: [{ line: 1, column: 8 }] }] });
  expect(JSON.stringify(body)).not.toMatch(/literal/);
});

test('each text costs what it asks for', async () => {
  for (const first of [1, 2, 3, 4]) await expectRight(`{ books(first: ${first}) { id } }`);
  const { status, body } = await gateway.send('/graphql', postOf('{ books(first: 5000) { id } }'));
  expect([status, body]).toMatchObject([400, { errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] }]);
});

test('changes stay as they are written', async () => {
  for (const value of [1, 2, 3, 4, 5]) {
    const texts = await sentTo('library', () => expectRight(`mutation { set(s: "${value}") }`));
    expect(texts).toEqual([expect.stringContaining(`"${value}"`)]);
  }
});

test('a text that was prepared by itself stays by itself', async () => {
  const first = '{ book(id: "a") { id } }';
  for (const source of [first, '{ book(id: "b") { id } }', '{ book(id: "c") { id } }', first]) {
    const texts = await sentTo('library', () => expectRight(source));
    if (source === first) expect(texts.join()).not.toMatch(/literal/);
  }
});
