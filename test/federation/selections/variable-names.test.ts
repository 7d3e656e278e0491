/**
 * Variables that a client calls like those that fetches have a use for.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const echo = (_: unknown, { of }: { of: number }) => of;

let graph: Federation;

beforeAll(async () => {
  const root = honest(
    'root',
    `${LINK} type Query { echo(of: Int): Int  item: Item }  type Item @key(fields: "id") { id: ID! }`,
    { Query: { echo, item: () => ({ id: 'i' }) } },
  );
  const items = honest('items', `${LINK} type Item @key(fields: "id") { id: ID!  echo(of: Int): Int }`, {
    Item: { __resolveReference: () => ({}), echo },
  });
  const truth = {
    echo: ({ of }: { of: number }) => of,
    item: { id: 'i', echo: ({ of }: { of: number }) => of },
  };
  graph = await federate({ subgraphs: [root, items], truth });
});

test.each(['contextualArgument_1_0', 'representations', 'representations_0'])(
  '%s at the root',
  async (name) => {
    await graph.agreed(`query ($${name}: Int) { echo(of: $${name}) item { echo(of: 2) } }`, { [name]: 1 });
  },
);

test('contextualArgument_1_0 for an entity, where there are no contexts', async () => {
  await graph.agreed('query ($contextualArgument_1_0: Int) { item { echo(of: $contextualArgument_1_0) } }', {
    contextualArgument_1_0: 1,
  });
});

test.each(['representations', 'representations_0', 'client__representations', 'client__x'])(
  '%s for an entity',
  async (name) => {
    const query = `query ($${name}: Int, $representations: Int = 3, $of: Int = 4) {
      item { echo(of: $${name}) other: echo(of: $representations) more: echo(of: $of) } again: item { echo(of: $of) } }`;
    const asked = name === 'representations' ? query.replace(', $representations: Int = 3', '') : query;
    await graph.agreed(asked, { [name]: 1 });
    await graph.agreed(asked);
  },
);

test.each([
  'query ($representations: Boolean!) { item { id echo(of: 1) @include(if: $representations) } }',
  'query ($representations: Boolean!) { item @skip(if: $representations) { echo(of: 1) } }',
])('a condition: %s', async (query) => {
  await graph.agreed(query, { representations: true });
  await graph.agreed(query, { representations: false });
});
