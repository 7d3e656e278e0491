/**
 * A change that gives null though it may not: the answer has no data, and no further change is made, as in one schema.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

const made: string[] = [];
const making = (name: string) => () => {
  made.push(name);
  if (name.startsWith('fail')) throw new Error('no');
  return { id: name, count: made.length };
};
const changes = {
  failFirst: making('failFirst'),
  first: making('first'),
  failSecond: making('failSecond'),
  second: making('second'),
};
const item = 'type Item @key(fields: "id") { id: ID! }';

test.each([
  ['of one subgraph', 'mutation { failFirst { id } first { id } }'],
  [
    'of one subgraph that lead elsewhere',
    'mutation { first { count } failFirst { count } again: first { count } }',
  ],
  ['of another subgraph', 'mutation { failFirst { id } second { id } first { id } }'],
  ['after one that may be null', 'mutation { failSecond { id } second { id } first { count } }'],
])('changes %s', async (_whose, query) => {
  const { failFirst, first, failSecond, second } = changes;
  const graph = await federate({
    subgraphs: [
      honest(
        'one',
        `${LINK} type Query { x: Int }  type Mutation { failFirst: Item!  first: Item }  ${item}`,
        {
          Mutation: { failFirst, first },
        },
      ),
      honest('two', `${LINK} type Mutation { failSecond: Item  second: Item! }  ${item}`, {
        Mutation: { failSecond, second },
      }),
      honest('three', `${LINK} type Item @key(fields: "id") { id: ID!  count: Int }`, {
        Item: { __resolveReference: () => ({ count: made.length }) },
      }),
    ],
    truth: changes,
  });
  await expectSameChanges(graph, query);
});

test('what another system adds to a change fails though it may not be null', async () => {
  const count = making('failCount');
  const truth = { first: () => ({ ...changes.first(), count }), second: changes.second };
  const graph = await federate({
    subgraphs: [
      honest('one', `${LINK} type Query { x: Int }  type Mutation { first: Item! }  ${item}`, {
        Mutation: { first: changes.first },
      }),
      honest('two', `${LINK} type Mutation { second: Item! }  ${item}`, {
        Mutation: { second: changes.second },
      }),
      honest('three', `${LINK} type Item @key(fields: "id") { id: ID!  count: Int! }`, {
        Item: { __resolveReference: () => ({}), count },
      }),
    ],
    truth,
  });
  const query = 'mutation { first { count } second { id } }';
  await expectSameChanges(graph, query);
});

test.each(INCREMENTAL_FORMATS.map((format) => [format.parameter, format] as const))(
  'so it does where something is deferred, %s',
  async (_name, format) => {
    const { inParts } = await federate({
      subgraphs: [
        honest(
          'one',
          `${LINK} type Query { x: Int }  type Mutation { first: Item!  second: Item! }  ${item}`,
          {
            Mutation: { first: changes.first, second: changes.second },
          },
        ),
        honest('two', `${LINK} type Item @key(fields: "id") { id: ID!  count: Int! }`, {
          Item: { __resolveReference: () => ({}), count: making('failCount') },
        }),
      ],
    });
    made.splice(0);
    const query = 'mutation { first { count } second { ... @defer { id } } }';
    expect(mergeParts(await inParts(query, {}, format)).data).toBeNull();
    expect(made).toEqual(['first', 'failCount']);
  },
);

/** The same answer as one schema’s, errors at the same places, and the same changes made. */
async function expectSameChanges({ compiled, monolith }: Federation, query: string): Promise<void> {
  made.splice(0);
  const right = await monolith(query);
  const madeRight = made.splice(0);
  const ours = await compiled(query);
  expect([ours.text, made]).toEqual([right.text, madeRight]);
  expect(ours.errors.map(({ path }) => path)).toEqual(right.errors.map(({ path }) => path));
}
