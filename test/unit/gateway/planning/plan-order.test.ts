/**
 * A fetch waits for what it sends of the very objects that it sends it of: that others at the same place, of another
 * type, have a field of the same name by then is not enough.
 */

import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';

import { planCheck } from '../../../../gateway/planning/check-plan.ts';
import { createPlanner } from '../../../../gateway/planning/create-planner.ts';
import { placedFetches } from '../../../../gateway/planning/placed-fetches.ts';
import { subgraphFields } from '../../../../gateway/planning/subgraph-fields.ts';
import { composed } from '../../../kit/start-gateway.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires"])`;

const supergraph = composed(
  [
    {
      name: 'shelves',
      sdl: `${LINK}
        type Query { things: [Thing!]! }
        union Thing = Lamp | Book
        type Lamp @key(fields: "id") { id: ID!  maker: Maker @external  label: String @requires(fields: "maker { name }") }
        type Book @key(fields: "id") { id: ID!  maker: Maker @external  cover: String @requires(fields: "maker { name }") }
        type Maker @key(fields: "id") { id: ID!  name: String @external }`,
    },
    { name: 'makers', sdl: `${LINK} type Maker @key(fields: "id") { id: ID!  name: String }` },
    {
      name: 'lamps',
      sdl: `${LINK}
        type Lamp @key(fields: "id") { id: ID!  maker: Maker }
        type Maker @key(fields: "id") { id: ID! }`,
    },
    {
      name: 'numbers',
      sdl: `${LINK} type Book @key(fields: "id") @key(fields: "isbn") { id: ID!  isbn: ID! }`,
    },
    {
      name: 'books',
      sdl: `${LINK}
        type Book @key(fields: "isbn") { isbn: ID!  maker: Maker }
        type Maker @key(fields: "id") { id: ID! }`,
    },
  ].map((each) => ({ ...each, url: `http://127.0.0.1:1/${each.name}` })),
);
const { plan, apiSchema } = createPlanner(supergraph);
const checked = planCheck(subgraphFields(parse(supergraph)), apiSchema, (fetch) => [fetch]);

const right = plan({
  document: parse('{ things { ... on Lamp { label } ... on Book { cover } } }'),
  operationName: undefined,
  overrides: [],
}).plan;

/** All fetches at once, each where it stands. */
function hurried({ node, ...rest }: QueryPlan, turn: (nodes: PlanNode[]) => PlanNode[]): QueryPlan {
  const all = (each: PlanNode): PlanNode[] =>
    each.kind === 'Sequence' || each.kind === 'Parallel' ? each.nodes.flatMap(all) : [each];
  return { ...rest, node: { kind: 'Parallel', nodes: turn(node?.kind === 'Sequence' ? all(node) : []) } };
}

/** In which step of the plan something is asked for first. */
function stepOf({ node }: QueryPlan, place: RegExp, asked: string): number {
  return node?.kind === 'Sequence'
    ? node.nodes.findIndex((step) =>
        placedFetches(step).some(
          (each) => place.test(each.path.join('.')) && each.node.operation.includes(asked),
        ),
      )
    : -1;
}

test.each([
  ['from first to last', (nodes: PlanNode[]) => nodes],
  ['from last to first', (nodes: PlanNode[]) => nodes.toReversed()],
])('who is asked too early comes after those that bring what it is sent, type by type: %s', (_how, turn) => {
  const ordered = checked(hurried(right, turn));
  for (const [type, field] of [
    ['Lamp', 'label'],
    ['Book', 'cover'],
  ] as const) {
    const steps = [
      stepOf(ordered, /@$/, `...on ${type}{maker{`),
      stepOf(ordered, new RegExp(`\\[${type}\\]\\.maker$`), '{name}'),
      stepOf(ordered, /@$/, `...on ${type}{${field}}`),
    ];
    expect(steps[0]).toBeGreaterThan(0);
    expect([type, steps]).toEqual([type, [...new Set(steps)].toSorted((one, other) => one - other)]);
  }
});

test('a long way through objects of many types is planned', () => {
  const names = Array.from({ length: 24 }, (_, index) => `T${index}`);
  const of = (fields: string) => names.map((name) => `type ${name} ${fields}`).join('\n');
  const wide = composed(
    [
      {
        name: 'home',
        sdl: `${LINK}
          type Query { things: [Any] }
          union Any = None | ${names.join(' | ')}
          type None { nothing: String }
          interface Thing { id: ID!  child: Any  label: String }
          ${of('implements Thing @key(fields: "id") { id: ID!  child: Any  x: String @external  label: String @requires(fields: "x") }')}`,
      },
      { name: 'other', sdl: `${LINK} ${of('@key(fields: "id") { id: ID!  x: String }')}` },
    ].map((each) => ({ ...each, url: `http://127.0.0.1:1/${each.name}` })),
  );
  // With as many ways as types at each step it would take minutes.
  const depth = 5;
  const text = `{ things { ${'... on Thing { child { '.repeat(depth)} ... on Thing { label } ${'} } '.repeat(depth)} } }`;
  const { plan: planWide } = createPlanner(wide);
  const { node } = planWide({ document: parse(text), operationName: undefined, overrides: [] }).plan;
  expect(placedFetches(node).map((each) => each.node.serviceName)).toContain('other');
});
