/**
 * Plans that ask a subgraph for what it cannot answer there are found out, right ones pass, and what is too early in
 * them comes later. The wrong ones are those of the federation library as it is, or right ones turned around.
 */

import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type PlanNode, type QueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';

import { planCheck } from '../../../../gateway/planning/check-plan.ts';
import { createPlanner } from '../../../../gateway/planning/create-planner.ts';
import { placedFetches } from '../../../../gateway/planning/placed-fetches.ts';
import { subgraphFields } from '../../../../gateway/planning/subgraph-fields.ts';
import { composed } from '../../../kit/start-gateway.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires", "@provides", "@shareable"])`;

const supergraph = composed(
  [
    {
      name: 'packing',
      sdl: `${LINK}
        type Part @key(fields: "id") {
          id: ID!  weight: Int @external  parcel: String! @requires(fields: "weight")  label: String @shareable
        }
        type Query { parts: [Part!]! }`,
    },
    {
      name: 'posting',
      sdl: `${LINK}
        interface Sent { id: ID!  label: String }
        type Part implements Sent @key(fields: "id") {
          id: ID!  weight: Int  parcel: String! @external  label: String @external
          postage: String! @requires(fields: "parcel")
        }
        type Letter implements Sent { id: ID!  label: String }
        type Query { sent: [Sent!]!  labelled: Part @provides(fields: "label")  heavy: Part }`,
    },
  ].map((each) => ({ ...each, url: `http://127.0.0.1:1/${each.name}` })),
);
const { plan, apiSchema } = createPlanner(supergraph);
const checked = planCheck(subgraphFields(parse(supergraph)), apiSchema, (fetch) => [fetch]);

/** Undefined where nothing is wrong. */
function problemOf(plan: QueryPlan): string | undefined {
  try {
    checked(plan);
    return undefined;
  } catch (error) {
    return /^In the plan that was found, (.*)\.$/.exec(error instanceof Error ? error.message : '')?.[1];
  }
}

const planned = (text: string): QueryPlan =>
  plan({ document: parse(text), operationName: undefined, overrides: [] }).plan;

function plannedByTheLibrary(text: string): QueryPlan {
  const built = Supergraph.build(supergraph);
  const operation = operationFromDocument(built.apiSchema(), parse(text));
  return new QueryPlanner(built).buildQueryPlan(operation);
}

function fetching(serviceName: string, operation: string): QueryPlan {
  const node = { kind: 'Fetch', serviceName, operation, operationKind: 'query' } as const;
  // Reason for the cast: what is left out of a fetch is of no matter here.
  return { kind: 'QueryPlan', node: node as PlanNode };
}

/** All at once that was one after the other. */
function hurried(node: PlanNode): PlanNode {
  return node.kind === 'Sequence' ? { kind: 'Parallel', nodes: node.nodes.map(hurried) } : node;
}

test('a right plan passes', () => {
  expect(
    problemOf(planned('{ parts { postage label } sent { id label } labelled { label } }')),
  ).toBeUndefined();
});

test('a field is asked where it is @external', () => {
  expect(problemOf(plannedByTheLibrary('{ parts { postage } }'))).toBe(
    'packing is asked for Part.weight, which it does not answer',
  );
});

test.each([
  [
    'what one type of an interface has elsewhere',
    'posting',
    '{ sent { label } }',
    'Part.label, which it does not answer',
  ],
  [
    'what a field needs and nobody sends',
    'packing',
    '{ parts { parcel } }',
    'Part.parcel without what that requires',
  ],
  [
    'the same in a fragment',
    'packing',
    '{ parts { ...F } } fragment F on Part { parcel }',
    'Part.parcel without what that requires',
  ],
  [
    'what only another field provides',
    'posting',
    '{ heavy { label } }',
    'Part.label, which it does not answer',
  ],
])('%s is found', (_what, subgraph, text, problem) => {
  expect(problemOf(fetching(subgraph, text))).toBe(`${subgraph} is asked for ${problem}`);
});

test.each([
  ['one’s own type of an interface', 'posting', '{ sent { ... on Letter { label } } }'],
  ['what is provided', 'posting', '{ labelled { label } }'],
  ['what several have', 'packing', '{ parts { id label } }'],
])('%s may be asked for', (_what, subgraph, text) => {
  expect(problemOf(fetching(subgraph, text))).toBeUndefined();
});

test.each([
  ['Part', 'posting is asked for Part.label, which it does not answer'],
  ['Sent', 'posting is asked for Part.label, which it does not answer'],
  ['Letter', undefined],
])('what is asked of entities of another type counts for nothing: %s', (typeCondition, problem) => {
  const { node, ...plan } = fetching(
    'posting',
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Sent{...on Part{label}}}}',
  );
  const requires = [
    { kind: 'InlineFragment', typeCondition, selections: [{ kind: 'Field', name: '__typename' }] },
  ];
  // Reason for the cast: it is a fetch of entities now.
  expect(problemOf({ ...plan, node: { ...node, requires } as PlanNode })).toBe(problem);
});

test('a right plan stays as it is', () => {
  const plan = planned('{ parts { postage label } sent { id label } }');
  expect(checked(plan)).toBe(plan);
});

test('what is too early comes later', () => {
  const fetchesOf = (plan: QueryPlan) => {
    const ordered = checked(plan).node;
    return ordered?.kind === 'Subscription' ? [] : placedFetches(ordered);
  };
  const { node, ...rest } = planned('{ parts { postage } }');
  if (node?.kind !== 'Sequence') throw new Error('one fetch comes after the other');
  const inTurn = placedFetches(node);
  expect(fetchesOf({ ...rest, node: hurried(node) })).toEqual(inTurn);
});

test('what is sent and nobody was asked for is found', () => {
  const { node, ...rest } = planned('{ parts { postage } }');
  if (node?.kind !== 'Sequence') throw new Error('one fetch comes after the other');
  expect(problemOf({ ...rest, node: { ...node, nodes: node.nodes.slice(1) } })).toMatch(
    /^\w+ is sent parts\.(id|weight|parcel), which nobody was asked for before$/,
  );
});
