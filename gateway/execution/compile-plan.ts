/**
 * A plan compiled to one function: fetches in the order that the plan says, those that do not need each other at
 * the same time. Knows no client and makes no answer.
 */

import type { ConditionNode, PlanNode, QueryPlan } from '@apollo/query-planner';

import { unreachable } from '../base/unreachable.ts';
import { compileFetch } from './compile-fetch.ts';
import type { PlanContext, PlanParts } from './plan-context.ts';
import type { PlanRun } from './plan-run.ts';

type Step = (run: PlanRun) => Promise<void>;

/** Thrown for a plan that the compiled engine does not run; the message says what it is. */
export class NotCompilable extends Error {}

/** Never rejects for what a subgraph does; throws NotCompilable. */
export function compilePlan({ node }: QueryPlan, parts: PlanParts): Step {
  if (node === undefined) return () => Promise.resolve();
  if (node.kind === 'Subscription') throw new NotCompilable('a subscription');
  const names = subgraphsIn(node);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return compileNode(node, [], { ...parts, repeated });
}

function compileNode(node: PlanNode, path: readonly string[], parts: PlanContext): Step {
  switch (node.kind) {
    case 'Fetch':
      if (node.contextRewrites !== undefined && node.contextRewrites.length > 0)
        throw new NotCompilable('@fromContext');
      return compileFetch(node, path, parts);
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(String)], parts);
    case 'Sequence': {
      const steps = node.nodes.map((each) => compileNode(each, path, parts));
      return async (run) => {
        for (const step of steps) await step(run);
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map((each) => compileNode(each, path, parts));
      return async (run) => {
        await Promise.all(steps.map((step) => step(run)));
      };
    }
    case 'Condition':
      return compileCondition(node, path, parts);
    case 'Defer':
      throw new NotCompilable('@defer');
    default:
      return unreachable(node);
  }
}

function compileCondition(node: ConditionNode, path: readonly string[], parts: PlanContext): Step {
  const branch = (side: PlanNode | undefined): Step =>
    side === undefined ? () => Promise.resolve() : compileNode(side, path, parts);
  const [whenTrue, whenFalse] = [branch(node.ifClause), branch(node.elseClause)];
  return (run) => (run.coerced[node.condition] === true ? whenTrue(run) : whenFalse(run));
}

/** In the order of the plan, as often as it asks them. */
function subgraphsIn(node: PlanNode | undefined): readonly string[] {
  switch (node?.kind) {
    case undefined:
    case 'Defer':
      return [];
    case 'Fetch':
      return [node.serviceName];
    case 'Flatten':
      return subgraphsIn(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(subgraphsIn);
    case 'Condition':
      return [...subgraphsIn(node.ifClause), ...subgraphsIn(node.elseClause)];
    default:
      return unreachable(node);
  }
}
