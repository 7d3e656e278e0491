/**
 * A client may give null for a variable that may be null by its own type and stands where none may be, because there is
 * a default (GraphQL, 5.8.5): its own mistake, told at each field that it spoils, and no system's.
 */

import { ERRORS } from '../../schema/contract/errors.ts';
import { honest } from '../kit/fake-subgraph.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { ASKS } from '../kit/transports.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const given = ({ a, i }: { a: number; i?: object }) => JSON.stringify(i ?? a);

const first = honest(
  'first',
  `${LINK}
  input In { a: Int! = 3  list: [Int!] }
  type Item @key(fields: "id") { id: ID!  own(a: Int! = 3): String }
  type Query { f(a: Int! = 3): String  sure(a: Int! = 3): String!  within(i: In): String  items: [Item!]!  one: Item }
  type Mutation { change(a: Int! = 3): String }
  type Subscription { changed(a: Int! = 3): String }`,
  {
    Query: {
      f: (_root: unknown, args: { a: number }) => given(args),
      sure: (_root: unknown, args: { a: number }) => given(args),
      within: (_root: unknown, args: { a: number; i: object }) => given(args),
      items: () => [{ id: '1' }, { id: '2' }],
      one: () => ({ id: '1' }),
    },
    Item: { own: (_item: unknown, args: { a: number }) => given(args) },
    Mutation: { change: (_root: unknown, args: { a: number }) => given(args) },
  },
);
const second = honest(
  'second',
  `${LINK} type Item @key(fields: "id") { id: ID!  far(a: Int! = 3): String!  name: String }`,
  {
    Item: { far: (_item: unknown, args: { a: number }) => given(args), name: ({ id }: { id: string }) => id },
  },
);

const gateways: Partial<Record<'compiled' | 'apollo', TestGateway>> = {};
beforeAll(async () => {
  const subgraphs = [first, second];
  gateways.compiled = await startGateway({ subgraphs });
  process.env['TRIBUTARY_TEST_ENGINE'] = 'apollo';
  gateways.apollo = await startGateway({ subgraphs });
  delete process.env['TRIBUTARY_TEST_ENGINE'];
});
afterAll(() => Promise.all([gateways.compiled?.stop(), gateways.apollo?.stop()]));

const wrong = (path: readonly (string | number)[], argument = 'a') => ({
  message: ERRORS.BAD_USER_INPUT.says,
  path,
  extensions: {
    code: 'BAD_USER_INPUT',
    retryable: false,
    requestId: expect.any(String),
    argument,
    reason: 'The variable $a is null, which the argument must not be.',
  },
});

const places: [string, string, unknown, ReturnType<typeof wrong>[]][] = [
  ['at the root', '{ f(a: $a) other: f(a: 4) }', { f: null, other: '4' }, [wrong(['f'])]],
  ['alone', '{ f(a: $a) }', { f: null }, [wrong(['f'])]],
  ['in a fragment', '{ ...F } fragment F on Query { f(a: $a) }', { f: null }, [wrong(['f'])]],
  ['where no null may be', '{ f sure(a: $a) }', null, [wrong(['sure'])]],
  ['in an input object', '{ f within(i: { a: $a }) }', { f: '3', within: null }, [wrong(['within'], 'i')]],
  [
    'in each item of a list',
    '{ items { id own(a: $a) name } }',
    { items: [1, 2].map((id) => ({ id: `${id}`, own: null, name: `${id}` })) },
    [wrong(['items', 0, 'own']), wrong(['items', 1, 'own'])],
  ],
  ['in another subgraph', '{ one { far(a: $a) name } }', { one: null }, [wrong(['one', 'far'])]],
];

describe.each(['compiled', 'apollo'] as const)('by the %s engine', (engine) => {
  const ask = (...asked: Parameters<TestGateway['ask']>) => gateways[engine]!.ask(...asked);

  test.each(places)('%s', async (_where, selection, data, errors) => {
    const query = `query ($a: Int) ${selection}`;
    for (const _time of [1, 2]) {
      expect(await ask(query, { variables: { a: null } })).toEqual({ data, errors });
      // The same text with a value, and with none, is another matter.
      expect(await ask(query, { variables: { a: 5 } })).not.toHaveProperty('errors');
      expect(await ask(query)).not.toHaveProperty('errors');
    }
  });

  test('a default of the variable in a list is replaced by null', async () => {
    const query = 'query ($a: Int = 3) { f within(i: { list: [1, $a] }) }';
    const errors = [wrong(['within'], 'i')];
    expect(await ask(query, { variables: { a: null } })).toEqual({
      data: { f: '3', within: null },
      errors,
    });
  });

  test('a mutation makes its other changes', async () => {
    const query = 'mutation ($a: Int) { a: change(a: $a) b: change(a: 1) }';
    const answer = await ask(query, { variables: { a: null } });
    expect(answer).toEqual({ data: { a: null, b: '1' }, errors: [wrong(['a'])] });
  });
});

const { 'http-post': _post, 'http-get': _get, ...streaming } = ASKS;

test.each(Object.entries(streaming))('a subscription has no events then, over %s', async (_name, ask) => {
  const query = 'subscription ($a: Int) { changed(a: $a) }';
  const answer = await ask(gateways.compiled!.url, { query, variables: { a: null } });
  expect(answer).toEqual({ errors: [wrong(['changed'])] });
});
