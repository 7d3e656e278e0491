/**
 * A plan as data for people: which subgraph is asked what, in which order, without what only machines need. Knows no
 * request and draws nothing.
 */

import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, parse, print, type SelectionNode } from 'graphql';

import type { PlanStep } from '../base/operation-report.ts';
import { unreachable } from '../base/unreachable.ts';
import { pathSteps } from './typed-paths.ts';

/** Undefined where no subgraph is asked. */
export function describePlan({ node }: Pick<QueryPlan, 'node'>): PlanStep | undefined {
  if (node?.kind !== 'Subscription') return describeNode(node, []);
  const rest = describeNode(node.rest, []);
  const event = describeFetch(node.primary, []);
  return { kind: 'each event', steps: rest === undefined ? [event] : [event, rest] };
}

function describeNode(node: PlanNode | undefined, path: readonly string[]): PlanStep | undefined {
  switch (node?.kind) {
    case undefined:
      return undefined;
    case 'Fetch':
      return describeFetch(node, path);
    case 'Flatten':
      return describeNode(node.node, [...path, ...pathSteps(node.path)]);
    case 'Sequence':
      return oneOf('sequence', node.nodes, path);
    case 'Parallel':
      return oneOf('parallel', node.nodes, path);
    case 'Condition':
      // Conditions are decided before planning; one that the planner makes of its own is shown with both its ways.
      return oneOf('parallel', [node.ifClause, node.elseClause], path);
    case 'Defer': {
      const later = node.deferred.map((part) => describeNode(part.node, path)).filter(isStep);
      const first = describeNode(node.primary.node, path);
      const deferred: readonly PlanStep[] = later.length === 0 ? [] : [{ kind: 'deferred', steps: later }];
      return inOne('sequence', [first, ...deferred].filter(isStep));
    }
    default:
      return unreachable(node);
  }
}

function oneOf(
  kind: 'sequence' | 'parallel',
  nodes: readonly (PlanNode | undefined)[],
  path: readonly string[],
): PlanStep | undefined {
  return inOne(kind, nodes.map((node) => describeNode(node, path)).filter(isStep));
}

/** What stands alone needs nothing around it. */
function inOne(kind: 'sequence' | 'parallel', steps: readonly PlanStep[]): PlanStep | undefined {
  return steps.length < 2 ? steps[0] : { kind, steps };
}

function isStep(step: PlanStep | undefined): step is PlanStep {
  return step !== undefined;
}

function describeFetch({ serviceName, operation }: FetchNode, path: readonly string[]): PlanStep {
  return { kind: 'fetch', subgraph: serviceName, path, asks: asksOf(operation) };
}

/** Of entities, the types; the field that stands around them is the same everywhere. */
function asksOf(operation: string): readonly string[] {
  const { definitions } = parse(operation, { noLocation: true });
  return definitions.flatMap((definition) => {
    if (!('selectionSet' in definition)) return [];
    const [first] = definition.selectionSet.selections;
    const isForEntities = first?.kind === Kind.FIELD && first.name.value === '_entities';
    const shown = isForEntities ? (first.selectionSet?.selections ?? []) : definition.selectionSet.selections;
    return shown.flatMap(linesOf);
  });
}

function linesOf(selection: SelectionNode): readonly string[] {
  return print(selection)
    .replace(/^\.\.\. on /, '')
    .split('\n');
}
