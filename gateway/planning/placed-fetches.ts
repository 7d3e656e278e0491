/**
 * All fetches of a plan and where in the response their objects stand, in the order of the plan. Knows no data.
 */

import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

import { unreachable } from '../base/unreachable.ts';
import { pathSteps } from './typed-paths.ts';

export interface PlacedFetch {
  readonly node: FetchNode;
  /** As `pathSteps` has them. */
  readonly path: readonly string[];
}

export function placedFetches(
  node: PlanNode | SubscriptionNode | undefined,
  path: readonly string[] = [],
): readonly PlacedFetch[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'Fetch':
      return [{ node, path }];
    case 'Flatten':
      return placedFetches(node.node, [...path, ...pathSteps(node.path)]);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((each) => placedFetches(each, path));
    case 'Subscription':
      return [node.primary, node.rest].flatMap((each) => placedFetches(each, path));
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((each) => placedFetches(each, path));
    case 'Defer':
      return [node.primary, ...node.deferred].flatMap((part) => placedFetches(part.node, path));
    default:
      return unreachable(node);
  }
}

/** What a fetch asks of each object at its place: of an entity, or of the root. */
export function askedThere(
  { requires = [] }: FetchNode,
  { selectionSet }: OperationDefinitionNode,
): readonly SelectionSetNode[] {
  if (requires.length === 0) return [selectionSet];
  return selectionSet.selections.flatMap((node) =>
    node.kind === Kind.FIELD ? (node.selectionSet ?? []) : [],
  );
}

/** Names joined by dots; the root's path is empty. */
export function fieldBelow(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
