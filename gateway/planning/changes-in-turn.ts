/**
 * The fields of a mutation run one after the other, each with all that it leads to (GraphQL, 6.2.2). The planner asks a
 * subgraph for several changes at once, and for what they lead to after the last; so where something is asked afterwards,
 * what comes after that change is planned on its own. Knows no schema.
 */

import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, type DocumentNode, type SelectionNode } from 'graphql';

import { amendNode } from './amend-plan.ts';
import { documentOf } from './fetch-document.ts';
import { placedFetches, type PlacedFetch } from './placed-fetches.ts';
import { keyOf } from './planned-names.ts';
import { fieldsOf, isMutation } from './root-changes.ts';

interface Asked {
  readonly document: DocumentNode;
  /** Undefined where there is one operation. */
  readonly operationName: string | undefined;
}

/** The plan, or those of the changes in turn, where what one leads to would be asked for after the next. */
export function inTurn(
  plan: QueryPlan,
  { document, operationName }: Asked,
  planOf: (document: DocumentNode) => QueryPlan,
): QueryPlan {
  const { node } = plan;
  if (node === undefined || node.kind === 'Subscription') return plan;
  // What is deferred need not be there when the next change begins.
  const fetches = placedFetches(node.kind === 'Defer' ? node.primary.node : node);
  if (!leadsOnTooLate(fetches)) return plan;
  const leading = new Set(fetches.flatMap(({ path: [change] }) => change ?? []));
  const nodes = changesApart(document, operationName, leading).flatMap((each) => {
    const { node: change } = planOf(each);
    return change === undefined || change.kind === 'Subscription' ? [] : [change];
  });
  return nodes.length === 0 ? plan : { ...plan, node: oneAfterTheOther(nodes) };
}

/** What is deferred of all of them is one part of the plan. */
function oneAfterTheOther(nodes: readonly PlanNode[]): PlanNode {
  const parts = nodes.map((node, index) => {
    const own = withIdsOf(node, `${index}.`);
    return own.kind === 'Defer' ? own : { primary: { node: own }, deferred: [] };
  });
  const inTurn: PlanNode = { kind: 'Sequence', nodes: parts.flatMap(({ primary }) => primary.node ?? []) };
  const deferred = parts.flatMap((part) => part.deferred);
  return deferred.length === 0 ? inTurn : { kind: 'Defer', primary: { node: inTurn }, deferred };
}

/** Each plan numbers the fetches that others wait for by itself. */
function withIdsOf(node: PlanNode, prefix: string): PlanNode {
  const idOf = (id: string) => prefix + id;
  return amendNode(node, (fetch) => (fetch.id === undefined ? fetch : { ...fetch, id: idOf(fetch.id) }), {
    idOf,
  });
}

/**
 * Whether what a change leads to is asked for after the next: of one subgraph, or of another, where what waits for much
 * was put at the end of the plan (`plan-order.ts`).
 */
function leadsOnTooLate(fetches: readonly PlacedFetch[]): boolean {
  let last: string | undefined;
  for (const { node, path } of fetches) {
    const [change] = path;
    if (change !== undefined && change !== last) return true;
    last = changesOf(node).at(-1) ?? last;
  }
  return false;
}

/** The names in the response of what a fetch changes. */
function changesOf(fetch: FetchNode): readonly string[] {
  if (fetch.operationKind !== 'mutation') return [];
  const [definition] = documentOf(fetch).definitions.filter(isMutation);
  return definition === undefined ? [] : fieldsOf(definition.selectionSet).map(keyOf);
}

/** Documents of which each ends with a change that leads elsewhere. */
function changesApart(
  document: DocumentNode,
  operationName: string | undefined,
  leading: ReadonlySet<string>,
): readonly DocumentNode[] {
  const operation = document.definitions
    .filter(isMutation)
    .find(({ name }) => operationName === undefined || name?.value === operationName);
  if (operation === undefined) return [];
  const groups: SelectionNode[][] = [[]];
  let isAtEnd = false;
  for (const node of operation.selectionSet.selections) {
    // Each stands alone, perhaps in fragments of its own.
    const [field] = fieldsOf({ kind: Kind.SELECTION_SET, selections: [node] });
    const isChange = field !== undefined && field.name.value !== '__typename';
    if (isChange && isAtEnd) groups.push([]);
    if (isChange) isAtEnd = leading.has(keyOf(field));
    groups.at(-1)?.push(node);
  }
  return groups.map((selections) => {
    const only = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
    return {
      ...document,
      definitions: document.definitions.map((node) => (node === operation ? only : node)),
    };
  });
}
