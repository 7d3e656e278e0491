/**
 * Directives of the subgraphs' own at the root of a mutation change nothing about which changes are made, and when.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  directive @mark on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT`;

const made: string[] = [];
const making = (name: string) => () => {
  made.push(name);
  if (name === 'fail') throw new Error('no');
  return made.length;
};
const paid = () => ({ id: '1', paid: made.push('pay') });
const count = () => made.length;

let graph: Federation;

beforeAll(async () => {
  graph = await federate({
    subgraphs: [
      honest(
        'bank',
        `${LINK}
        type Query { x: Int }
        type Mutation { pay: Payment  fail: Int! }
        type Payment @key(fields: "id") { id: ID!  paid: Int }`,
        { Mutation: { pay: paid, fail: making('fail') } },
      ),
      honest(
        'bell',
        `${LINK}
        type Mutation { ring: Int }
        type Payment @key(fields: "id") { id: ID!  count: Int }`,
        { Mutation: { ring: making('ring') }, Payment: { count } },
      ),
    ],
    truth: {
      pay: () => ({ ...paid(), count }),
      ring: making('ring'),
      fail: making('fail'),
    },
  });
});

test.each([
  ['once, where it is mentioned first', 'mutation { ... @mark { pay { paid } } ring pay { count } }'],
  [
    'once, though two fragments mention it',
    'mutation { ...F @mark ring ... { ...F @mark } } fragment F on Mutation { pay { paid id } }',
  ],
  [
    'in its turn',
    'mutation { ... @mark { a: pay { count } ... @mark { b: pay { count } } ring } c: pay { count } }',
  ],
  [
    'in its turn, with one of its own',
    'mutation { a: pay @mark { count } b: pay @mark { count } ring @mark }',
  ],
])('each change is made %s', async (_how, query) => {
  expect(await madeBy(() => graph.compiled(query))).toEqual(await madeBy(() => graph.monolith(query)));
});

test.each(['fail @mark ring', '... @mark { fail ring }', 'ring ...F @mark again: ring'])(
  'none is made after one that fails though it may not be null: %s',
  async (changes) => {
    const spread = changes.includes('...F') ? 'fragment F on Mutation { fail }' : '';
    const query = `mutation { ${changes} } ${spread}`;
    expect(await madeBy(() => graph.compiled(query))).toEqual(await madeBy(() => graph.monolith(query)));
  },
);

test('it takes the directives of all its mentions along', async () => {
  graph.takeAsked();
  await graph.compiled('mutation { ring ... @mark { ring } ring @mark ring @mark }');
  expect(graph.takeAsked().map(({ query }) => query)).toEqual(['mutation{ring@mark}']);
});

async function madeBy(ask: () => Promise<{ readonly text: string }>): Promise<readonly string[]> {
  made.length = 0;
  const { text } = await ask();
  return [text, ...made];
}
