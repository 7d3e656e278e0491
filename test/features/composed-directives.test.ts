/**
 * Directives for operations that subgraphs hand through as their own (`@composeDirective`): clients may use them, and
 * whoever is asked for what they stand at gets them. And those that a supergraph brings for others.
 */

import { honest } from '../kit/fake-subgraph.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@composeDirective"])`;

/** The first wants to be told what the second takes for granted. */
const known = (byDefault: string) => `${LINK}
  @link(url: "https://specs.example/access/v1.0", import: ["@access"])
  @composeDirective(name: "@access")
  directive @access(scope: Scope!${byDefault}, for: [String!]) repeatable on FIELD | INLINE_FRAGMENT
  enum Scope { PUBLIC PRIVATE }`;

const first = honest('first', `${known('')} type Query { a: String }`, { Query: { a: () => 'a' } });
const second = honest('second', `${known(' = PUBLIC')} type Query { b: String }`, {
  Query: { b: () => 'b' },
});

let gateway: TestGateway;
beforeAll(async () => (gateway = await startGateway({ subgraphs: [first, second] })));
afterAll(() => gateway.stop());

test.each([
  ['{ a @access b @access }', ['{a@access(scope:PUBLIC)}', '{b@access(scope:PUBLIC)}']],
  [
    'query ($of: Scope! = PRIVATE) { a @access(scope: $of, for: ["x"]) @access ... @access { b } }',
    [
      'query($of:Scope!=PRIVATE){a@access(scope:$of for:["x"])@access(scope:PUBLIC)}',
      '{...@access(scope:PUBLIC){b}}',
    ],
  ],
])('%s', async (query, questions) => {
  expect(await gateway.ask(query)).toEqual({ data: { a: 'a', b: 'b' } });
  const asked = ['first', 'second'].map((name) => gateway.subgraphs.get(name)?.received.at(-1)?.body.query);
  expect(asked).toEqual(questions);
});

test('clients are told of them', async () => {
  const query = '{ __schema { directives { name isRepeatable locations args { name defaultValue } } } }';
  expect(await gateway.ask(query)).toMatchObject({
    data: {
      __schema: {
        directives: expect.arrayContaining([
          {
            name: 'access',
            isRepeatable: true,
            locations: ['FIELD', 'INLINE_FRAGMENT'],
            args: [
              { name: 'scope', defaultValue: 'PUBLIC' },
              { name: 'for', defaultValue: null },
            ],
          },
        ]),
      },
    },
  });
});

test('a supergraph with tags for a cache of answers (`@cacheTag`) is served like one without', async () => {
  const link = LINK.replace('v2.5', 'v2.12').replace('"@composeDirective"', '"@cacheTag"');
  const tagged = honest(
    'tagged',
    `${link} type Query { item: Item @cacheTag(format: "all") }
      type Item @key(fields: "id") @cacheTag(format: "item-{$key.id}") { id: ID! name: String }`,
    { Query: { item: () => ({ id: '1', name: 'lamp' }) } },
  );
  const other = honest('other', `${link} type Item @key(fields: "id") { id: ID! price: Int }`, {
    Item: { price: () => 7 },
  });
  const served = await startGateway({ subgraphs: [tagged, other] });
  try {
    const query = '{ item { name price } __schema { directives { name } } }';
    expect(await served.ask(query)).toEqual({
      data: {
        item: { name: 'lamp', price: 7 },
        __schema: { directives: expect.not.arrayContaining([{ name: 'cacheTag' }]) },
      },
    });
  } finally {
    await served.stop();
  }
});
