/**
 * Leaves out a fetch that asks for what one before it has brought of the same entities: with a need (@requires) that has
 * a need itself, the planner comes back once more for both. Knows no data.
 */

import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, print, type SelectionNode, type SelectionSetNode } from 'graphql';

import { documentOf } from './fetch-document.ts';
import { isJoined } from './joined-fetch.ts';
import { pathSteps } from './typed-paths.ts';

export function withoutRepeats({ node, ...plan }: QueryPlan): QueryPlan {
  if (node === undefined) return plan;
  const left = node.kind === 'Subscription' ? node : leftOf(node, [], []);
  return left === undefined ? plan : { ...plan, node: left };
}

interface Made {
  readonly fetch: FetchNode;
  readonly place: string;
}

/** Undefined where nothing is left. What has been made for sure once it is done is added to `before`. */
function leftOf(node: PlanNode, path: readonly string[], before: Made[]): PlanNode | undefined {
  switch (node.kind) {
    case 'Fetch': {
      const place = path.join('.');
      if (before.some((made) => made.place === place && hasBrought(made.fetch, node))) return undefined;
      before.push({ fetch: node, place });
      return node;
    }
    case 'Flatten': {
      const below = leftOf(node.node, [...path, ...pathSteps(node.path)], before);
      return below && { ...node, node: below };
    }
    case 'Sequence':
      return together(
        node,
        node.nodes.map((each) => leftOf(each, path, before)),
      );
    case 'Parallel': {
      const made = node.nodes.map(() => [...before]);
      const nodes = node.nodes.map((each, index) => leftOf(each, path, made[index] ?? []));
      before.push(...made.flatMap((each) => each.slice(before.length)));
      return together(node, nodes);
    }
    // What depends on variables need not be made, and what is deferred counts what it waits for.
    default:
      return node;
  }
}

function together(
  node: Extract<PlanNode, { readonly nodes: PlanNode[] }>,
  left: readonly (PlanNode | undefined)[],
): PlanNode | undefined {
  const nodes = left.filter((each) => each !== undefined);
  return nodes.length > 1 ? { ...node, nodes } : nodes[0];
}

function hasBrought(earlier: FetchNode, later: FetchNode): boolean {
  if (earlier.serviceName !== later.serviceName || [earlier, later].some(isSpecial)) return false;
  // A part of it may be asked of entities that lack what the whole needs.
  if (isJoined(later) || !isSentFor(earlier, later)) return false;
  const [brought, asked] = [entitiesIn(earlier), entitiesIn(later)];
  return brought !== undefined && (asked?.selections.every((each) => isIn(brought, each)) ?? false);
}

function isSpecial(fetch: FetchNode): boolean {
  const { requires = [], outputRewrites = [], contextRewrites = [] } = fetch;
  return requires.length === 0 || outputRewrites.length + contextRewrites.length > 0;
}

/** Whether the earlier one was made for every entity for which the later one can be. */
function isSentFor(earlier: FetchNode, later: FetchNode): boolean {
  if (JSON.stringify(earlier.inputRewrites) !== JSON.stringify(later.inputRewrites)) return false;
  return (later.requires ?? []).every((part) =>
    (earlier.requires ?? []).some((other) => {
      if (part.kind !== 'InlineFragment' || other.kind !== 'InlineFragment') return false;
      const sent = part.selections.map((each) => JSON.stringify(each));
      return (
        part.typeCondition === other.typeCondition &&
        other.selections.every((each) => sent.includes(JSON.stringify(each)))
      );
    }),
  );
}

/** Undefined where named fragments are used: what they hold is for no one to see here. */
function entitiesIn(fetch: FetchNode): SelectionSetNode | undefined {
  const [operation, ...others] = documentOf(fetch).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return undefined;
  const [field] = operation.selectionSet.selections;
  return field?.kind === Kind.FIELD ? field.selectionSet : undefined;
}

function isIn(set: SelectionSetNode | undefined, node: SelectionNode): boolean {
  const below = belowOf(node);
  return (set?.selections ?? []).some(
    (each) =>
      headOf(each) === headOf(node) && (below?.selections ?? []).every((other) => isIn(belowOf(each), other)),
  );
}

function belowOf(node: SelectionNode): SelectionSetNode | undefined {
  return node.kind === Kind.FRAGMENT_SPREAD ? undefined : node.selectionSet;
}

function headOf(node: SelectionNode): string {
  if (node.kind === Kind.FRAGMENT_SPREAD) return print(node);
  return print({ ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [] } });
}
