/**
 * Puts something else in the place of each fetch of a plan. Knows neither what nor why.
 */

import type { ConditionNode, FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';

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

export function amendNode(node: PlanNode, amend: Amend): PlanNode {
  switch (node.kind) {
    case 'Fetch':
      return amend(node);
    case 'Flatten':
      return { ...node, node: amendNode(node.node, amend) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((each) => amendNode(each, amend)) };
    case 'Condition':
      return amendCondition(node, amend);
    case 'Defer': {
      const { primary, deferred } = node;
      const below = <T extends { node?: PlanNode }>(each: T): T =>
        each.node === undefined ? each : { ...each, node: amendNode(each.node, amend) };
      return { ...node, primary: below(primary), deferred: deferred.map(below) };
    }
  }
}

function amendCondition(node: ConditionNode, amend: Amend): ConditionNode {
  const { ifClause, elseClause, ...condition } = node;
  return {
    ...condition,
    ...(ifClause === undefined ? {} : { ifClause: amendNode(ifClause, amend) }),
    ...(elseClause === undefined ? {} : { elseClause: amendNode(elseClause, amend) }),
  };
}
