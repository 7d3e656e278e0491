/**
 * Puts something else in the place of each fetch of a plan. Knows neither what nor why.
 */

import type { FetchNode, FlattenNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';

type Amend = (fetch: FetchNode) => PlanNode;

/** What else becomes another; as it was where it is left out. */
interface Names {
  /** What the fetches are called that deferred parts wait for. */
  readonly idOf?: (id: string) => string;
  /** The path that leads to the places of what stands below. */
  readonly pathOf?: (path: readonly string[], below: PlanNode) => string[];
  /** What takes the place of a fetch together with the path to it; such a fetch is not amended otherwise. */
  readonly placedOf?: (fetch: FetchNode, flatten: FlattenNode) => PlanNode;
}

export function amendPlan({ node, ...plan }: QueryPlan, amend: Amend, names: Names = {}): QueryPlan {
  if (node === undefined) return plan;
  const amended =
    node.kind === 'Subscription' ? amendEvents(node, amend, names) : amendNode(node, amend, names);
  return { ...plan, node: amended };
}

function amendEvents(
  { primary, rest, ...node }: SubscriptionNode,
  amend: Amend,
  names: Names,
): SubscriptionNode {
  const source = amend(primary);
  if (source.kind !== 'Fetch') throw new Error('events come from one fetch');
  return { ...node, primary: source, ...(rest === undefined ? {} : { rest: amendNode(rest, amend, names) }) };
}

export function amendNode(node: PlanNode, amend: Amend, names: Names = {}): PlanNode {
  const { idOf = (id: string) => id, pathOf, placedOf } = names;
  const below = <T extends { node?: PlanNode }>(part: T): T =>
    part.node === undefined ? part : { ...part, node: amendNode(part.node, amend, names) };
  switch (node.kind) {
    case 'Fetch':
      return amend(node);
    case 'Flatten':
      if (placedOf !== undefined && node.node.kind === 'Fetch') return placedOf(node.node, node);
      if (pathOf === undefined) return below(node);
      return { ...below(node), path: pathOf(node.path.map(String), node.node) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((each) => amendNode(each, amend, names)) };
    case 'Condition': {
      const { ifClause, elseClause, ...condition } = node;
      return {
        ...condition,
        ...(ifClause === undefined ? {} : { ifClause: amendNode(ifClause, amend, names) }),
        ...(elseClause === undefined ? {} : { elseClause: amendNode(elseClause, amend, names) }),
      };
    }
    case 'Defer': {
      const deferred = node.deferred.map((part) => ({
        ...below(part),
        depends: part.depends.map((each) => ({ ...each, id: idOf(each.id) })),
      }));
      return { ...node, primary: below(node.primary), deferred };
    }
  }
}
