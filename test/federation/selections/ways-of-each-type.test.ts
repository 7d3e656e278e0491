/**
 * Behind an interface each of its types may go on within one of several subgraphs or from one to another. All that those
 * are together the planner compares, and that is many: what leaves a subgraph for what is there is left out before.
 */

import { jest } from '@jest/globals';
import { PathTree } from '@apollo/query-graphs';

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])`;

const last = { id: 'l' };
const ada = { id: 'a', name: 'Ada', code: 'A1', partner: { id: 'b', partner: last } };
const things = ['Lamp', 'Desk', 'Sofa', 'Vase'].map((kind) => ({ __typename: kind, id: kind, maker: ada }));

const typesOf = (kinds: readonly string[], field: string) =>
  kinds.map((kind) => `type ${kind} implements Thing @key(fields: "id") { id: ID! ${field} }`).join(' ');
const makersOf = (name: string, kinds: readonly string[], known: string) =>
  honest(
    name,
    `${LINK} interface Thing { id: ID! maker: Maker } ${typesOf(kinds, 'maker: Maker')}
     type Maker @key(fields: "id") { id: ID! partner: Maker @shareable ${known} }`,
    {
      ...Object.fromEntries(
        kinds.map((kind) => [kind, { __resolveReference: () => ({ id: kind, maker: ada }) }]),
      ),
      Maker: {
        __resolveReference: ({ id }: { id: string }) =>
          [ada, ada.partner, last].find((each) => each.id === id),
      },
    },
  );

const subgraphs = [
  honest(
    'list',
    `${LINK} type Query { all: [Thing] } interface Thing { id: ID! } ${typesOf(['Lamp', 'Desk', 'Sofa', 'Vase'], '')}`,
    { Query: { all: () => things } },
  ),
  makersOf('shop', ['Lamp', 'Desk'], 'code: String'),
  makersOf('guild', ['Sofa', 'Vase'], 'name: String'),
];

test('what leaves a subgraph for what is there is not compared', async () => {
  const compared = jest.spyOn(PathTree.prototype, 'merge');
  const graph = await federate({ subgraphs, truth: { all: things } });
  await graph.agreed('{ all { maker { name code partner { id partner { id } } } } }');
  expect(compared.mock.calls.length).toBeLessThan(100);
});
