/**
 * A need that needs something itself, of which the client asks for all. For the last of them the planner comes back for
 * what it has fetched already; and a need may fail on its way.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires"])`;

const part = { a: '1', b: '2', c: '3', weight: 4, postage: 'for 4', parcel: 'for 4 of 4' };
type Sent = Partial<typeof part>;

const subgraph = (name: string, type: string, fields: object = {}) =>
  honest(name, `${LINK} ${type}`, {
    Part: { __resolveReference: (sent: Sent) => ({ a: '1', b: '2', c: '3', ...sent }), ...fields },
  });

const subgraphs = [
  honest('list', `${LINK} type Query { part: Part } type Part @key(fields: "a") { a: ID! }`, {
    Query: { part: () => part },
  }),
  subgraph('scales', 'type Part @key(fields: "a") @key(fields: "b") { a: ID! b: ID! weight: Int }', {
    weight: () => 4,
  }),
  subgraph(
    'post',
    `type Part @key(fields: "b") @key(fields: "c") {
      b: ID! c: ID! weight: Int @external postage: String @requires(fields: "weight")
    }`,
    { postage: ({ weight }: Sent) => `for ${weight}` },
  ),
  subgraph(
    'packing',
    `type Part @key(fields: "c") {
      c: ID! postage: String @external weight: Int @external parcel: String @requires(fields: "postage weight")
    }`,
    { parcel: ({ postage, weight }: Sent) => `${postage} of ${weight}` },
  ),
];

test('what was fetched is not fetched again with the same needs', async () => {
  const graph = await federate({ subgraphs, truth: { part } });
  await graph.agreed('{ part { parcel postage weight c } }');
  const calls = graph.takeAsked().filter(({ query }) => query.includes('postage'));
  expect(calls.map(({ subgraph: name }) => name)).toEqual(['post']);
});

test('a need that fails leaves what does not need it', async () => {
  const spoil = {
    scales: () => ({
      data: { _entities: [{ b: '2', weight: null }] },
      errors: [{ message: 'no', path: ['_entities', 0, 'weight'] }],
    }),
  };
  const graph = await federate({ subgraphs, truth: { part }, spoil });
  const { data } = await graph.compiled('{ part { parcel postage weight c } }');
  expect(data).toEqual({ part: { parcel: null, postage: null, weight: null, c: '3' } });
});
