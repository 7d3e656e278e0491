/**
 * A plan that forgets what a field needs, as the next version of the planner may: the field is null with an error, though
 * the object that it needs is there and has other nulls.
 */

import type { PlanNode } from '@apollo/query-planner';

import type { StartPlanning } from '../../../gateway/execution/compiled-engine.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';
import { planInProcess } from '../kit/plan-in-process.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])`;

const parts = [
  { id: 'p1', bolts: [{ id: 'b1', size: null }, null] },
  { id: 'p2', bolts: [null] },
  { id: 'p3', bolts: null },
];
const know = (reference: object) => reference;

const subgraphs = [
  honest(
    'parts',
    `${LINK} type Query { parts: [Part] }
    type Part @key(fields: "id") { id: ID!  bolts: [Bolt] }
    type Bolt @key(fields: "id") { id: ID!  size: Int }`,
    { Query: { parts: () => parts }, Part: { __resolveReference: know }, Bolt: { __resolveReference: know } },
  ),
  honest('grades', `${LINK} type Bolt @key(fields: "id") { id: ID!  grade: Int }`, {
    Bolt: { __resolveReference: (bolt: object) => ({ ...bolt, grade: 8 }) },
  }),
  honest(
    'labels',
    `${LINK}
    type Part @key(fields: "id") { id: ID!  bolts: [Bolt] @external  label: String @requires(fields: "bolts { size grade }") }
    type Bolt @key(fields: "id") { id: ID!  size: Int @external  grade: Int @external }`,
    { Part: { __resolveReference: know, label: (part: object) => JSON.stringify(part) } },
  ),
];

function without(node: PlanNode, subgraph: string): PlanNode | undefined {
  if (node.kind === 'Fetch') return node.serviceName === subgraph ? undefined : node;
  if (node.kind === 'Flatten') {
    const below = without(node.node, subgraph);
    return below && { ...node, node: below };
  }
  if (node.kind !== 'Sequence' && node.kind !== 'Parallel') return node;
  return { ...node, nodes: node.nodes.flatMap((each) => without(each, subgraph) ?? []) };
}

const forgetful: StartPlanning = async (sdl) => {
  const planning = await planInProcess(sdl);
  return {
    ...planning,
    async plan(asked) {
      const planned = await planning.plan(asked);
      const { node } = planned.plan;
      if (node === undefined || node.kind === 'Subscription') throw new Error('the test asks something else');
      const left = without(node, 'grades');
      return { ...planned, plan: { ...planned.plan, ...(left && { node: left }) } };
    },
  };
};

test('what nobody was asked for is an error where it is needed, and there alone', async () => {
  const { compiled } = await federate({ subgraphs, startPlanning: forgetful });
  const { data, errors } = await compiled('{ parts { id label } }');
  expect(errors).toEqual([expect.objectContaining({ path: ['parts', 0, 'label'], code: 'INTERNAL' })]);
  expect(data).toMatchObject({ parts: [{ id: 'p1', label: null }, { id: 'p2' }, { id: 'p3' }] });
});
