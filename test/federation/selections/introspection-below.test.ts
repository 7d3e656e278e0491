/**
 * `__schema` and `__type` where a field leads back to the root of queries, with variables, and where they fail.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

let graph: Federation;

beforeAll(async () => {
  const again = () => ({});
  const root = honest(
    'root',
    `${LINK} type Query { again: Query  all: [Query!]  text: String  sum(of: Float): Float  done: Done  any: Any }
     type Mutation { change: Done }
     type Done { query: Query!  ok: Boolean }  type Other { query: Query! }  union Any = Done | Other`,
    {
      Query: {
        again,
        all: () => [{}, {}],
        text: () => 'x',
        sum: (_: unknown, { of }: { of: number }) => of,
        done: () => ({ query: {}, ok: true }),
        any: () => ({ __typename: 'Other', query: {} }),
      },
      Mutation: { change: () => ({ query: {}, ok: true }) },
    },
  );
  const query: Record<string, unknown> = {
    again: () => query,
    all: () => [query, query],
    text: 'x',
    sum: ({ of }: { of: number }) => of,
    done: () => ({ query, ok: true }),
    any: () => ({ __typename: 'Other', query }),
    change: () => ({ query, ok: true }),
  };
  graph = await federate({ subgraphs: [root], truth: query });
});

test.each([
  '{ again { __schema { queryType { name } } __type(name: "Done") { name kind } } }',
  '{ again { text a: __type(name: "Done") { fields { name } } again { __schema { mutationType { name } } } } }',
  '{ all { b: __schema { queryType { name } } } __schema { queryType { name } } }',
  '{ again { ...F } again { ... on Query { __schema { mutationType { name } } } } } fragment F on Query { __schema { queryType { name } } }',
  '{ done { ok query { done { query { __type(name: "Any") { possibleTypes { name } } } } } } }',
  '{ any { ... on Done { query { __schema { queryType { name } } } } ... on Other { query { __schema { mutationType { name } } } } } }',
  'mutation { change { ok query { text __schema { queryType { name } } } } }',
  'mutation { change { query { __schema { queryType { name } } } } }',
  '{ again { __schema @skip(if: true) { queryType { name } } text } }',
  '{ again { __proto__: __type(name: "Done") { __proto__: name } } }',
])('%s', async (query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});

test('a variable names the type', async () => {
  const query = 'query ($of: String!) { __type(name: $of) { name } again { __type(name: $of) { name } } }';
  await graph.agreed(query, { of: 'Done' });
});

test.each([
  'query ($of: String = "Done") { text __type(name: $of) { name } }',
  'query ($of: String = "Done") { __type(name: $of) { name } all { __type(name: $of) { name } } }',
])('a null in the place of a name is an error: %s', async (query) => {
  const { errors } = await graph.agreed(query, { of: null });
  expect(errors.map(({ code }) => code)).toContain('BAD_USER_INPUT');
});

describe.each(INCREMENTAL_FORMATS)('in parts, $parameter', (format) => {
  test.each([
    '{ text ... @defer { again { __schema { queryType { name } } } } }',
    '{ again { text ... @defer { __type(name: "Done") { name } all { __schema { queryType { name } } } } } }',
  ])('%s', async (query) => {
    const { data, errors } = mergeParts(await graph.inParts(query, {}, format));
    const whole = await graph.monolith(query.replace('@defer', ''));
    expect([data, errors]).toEqual([whole.data, []]);
  });

  test('an error stands in the part that has the null', async () => {
    const query = 'query ($of: String = "Done") { text ... @defer { __type(name: $of) { name } } }';
    const [first, ...others] = await graph.inParts(query, { of: null }, format);
    expect(first?.errors).toBeUndefined();
    const { data, errors } = mergeParts([first!, ...others]);
    expect(data).toEqual({ text: 'x', __type: null });
    expect(errors).toMatchObject([{ path: ['__type'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
