/**
 * Puts something else in the place of each fetch of a plan. Knows neither what nor why.
 */

import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';

type Amend = (fetch: FetchNode) => PlanNode;

export function amendPlan({ node, ...plan }: QueryPlan, amend: Amend): QueryPlan {
  if (node === undefined) return plan;
  return { ...plan, node: node.kind === 'Subscription' ? amendEvents(node, amend) : amendNode(node, amend) };
}

function amendEvents({ primary, rest, ...node }: SubscriptionNode, amend: Amend): SubscriptionNode {
  const source = amend(primary);
  if (source.kind !== 'Fetch') throw new Error('events come from one fetch');
  return { ...node, primary: source, ...(rest === undefined ? {} : { rest: amendNode(rest, amend) }) };
}

/** `idOf` says what the fetches are called that deferred parts wait for; as they were where it is left out. */
export function amendNode(node: PlanNode, amend: Amend, idOf = (id: string) => id): PlanNode {
  const below = <T extends { node?: PlanNode }>(part: T): T =>
    part.node === undefined ? part : { ...part, node: amendNode(part.node, amend, idOf) };
  switch (node.kind) {
    case 'Fetch':
      return amend(node);
    case 'Flatten':
      return below(node);
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((each) => amendNode(each, amend, idOf)) };
    case 'Condition': {
      const { ifClause, elseClause, ...condition } = node;
      return {
        ...condition,
        ...(ifClause === undefined ? {} : { ifClause: amendNode(ifClause, amend, idOf) }),
        ...(elseClause === undefined ? {} : { elseClause: amendNode(elseClause, amend, idOf) }),
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
