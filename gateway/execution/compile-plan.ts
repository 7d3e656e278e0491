/**
 * A plan compiled to one function: fetches in the order that the plan says, those that do not need each other at
 * the same time. Knows no client and makes no answer.
 */

import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { isInterfaceType, type GraphQLSchema } from 'graphql';

import { unreachable } from '../base/unreachable.ts';
import { compileFetch } from './compile-fetch.ts';
import { isJoined } from '../planning/joined-fetch.ts';
import { placedFetches, type PlacedFetch } from '../planning/placed-fetches.ts';
import type { PlanContext, PlanParts } from './plan-context.ts';
import { fieldNames, pathSteps } from '../planning/typed-paths.ts';
import { placedAsk, type PlacedAsk } from './unasked-keys.ts';
import { entityQueueOf, type PlanRun } from './plan-run.ts';

export type Step = (run: PlanRun) => Promise<void>;

/** Thrown for a plan that the compiled engine does not run; the message says what it is. */
export class NotCompilable extends Error {}

/** Never rejects for what a subgraph does; throws NotCompilable. */
export function compilePlan(plan: QueryPlan, parts: PlanParts): Step {
  const steps = stepsOf(plan);
  if (steps === undefined) return () => Promise.resolve();
  return compileNode(steps, ALONE, contextOf(steps, parts));
}

/** What is run, of a subscription for each event; undefined where nobody is asked. */
export function stepsOf({ node }: QueryPlan): PlanNode | undefined {
  return node?.kind === 'Subscription' ? stepsOfEvent(node) : node;
}

/** Of each event its source's part is given, as if it had been fetched; the rest follows. */
function stepsOfEvent({ primary, rest }: SubscriptionNode): PlanNode {
  return rest === undefined ? primary : { kind: 'Sequence', nodes: [primary, rest] };
}

/** For every part of the plan, of which `node` is the whole. */
export function contextOf(node: PlanNode, parts: PlanParts): PlanContext {
  const fetches = placedFetches(node);
  const names = fetches.map((fetch) => fetch.node.serviceName);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return {
    ...parts,
    repeated,
    interfaces: interfacesOf(parts.supergraphSchema),
    fetches,
    asks: fetches.length < 2 ? [] : fetches.flatMap(asksOf),
    contextPaths: fetches.flatMap((fetch) =>
      (fetch.node.contextRewrites ?? []).length > 0 ? [fieldNames(fetch.path)] : [],
    ),
  };
}

/** A joined fetch may ask less of some entities. */
function asksOf({ node, path }: PlacedFetch): readonly PlacedAsk[] {
  return [node, ...(isJoined(node) ? node.parts : [])].map((each) => placedAsk({ node: each, path }));
}

export interface Place {
  /** Where the objects of the fetch stand in the response. */
  readonly path: readonly string[];
  /** The subgraphs that the plan may ask for entities right after the node. */
  readonly following: readonly string[];
}

function interfacesOf(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap());
  return new Set(types.filter(isInterfaceType).map(({ name }) => name));
}

/** Of a node that stands alone. */
export const ALONE: Place = { path: [], following: [] };

export function compileNode(node: PlanNode, place: Place, parts: PlanContext): Step {
  switch (node.kind) {
    case 'Fetch':
      return reported(node.id, announce(compileFetch(node, place.path, parts), place, parts));
    case 'Flatten':
      return compileNode(node.node, { ...place, path: [...place.path, ...pathSteps(node.path)] }, parts);
    case 'Sequence': {
      const steps = node.nodes.map((each, index) => {
        const next = node.nodes[index + 1];
        const following = next === undefined ? place.following : firstAsked(next);
        return compileNode(each, { ...place, following }, parts);
      });
      return async (run) => {
        for (const step of steps) await step(run);
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map((each) => compileNode(each, place, parts));
      return async (run) => {
        await Promise.all(steps.map((step) => step(run)));
      };
    }
    case 'Condition':
      throw new NotCompilable('a condition in the middle of a plan');
    case 'Defer':
      throw new NotCompilable('@defer in the middle of a plan');
    default:
      return unreachable(node);
  }
}

/** What is deferred may wait for this very fetch. */
function reported(id: string | undefined, step: Step): Step {
  if (id === undefined) return step;
  return async (run) => {
    await step(run);
    run.onFetched?.(id);
  };
}

/** Lets fetches that follow other steps wait for those that follow this one. */
function announce(step: Step, { following }: Place, { clients, repeated }: PlanContext): Step {
  const announced = following.flatMap((name) => (repeated.has(name) ? (clients.get(name) ?? []) : []));
  if (announced.length === 0) return step;
  return async (run) => {
    const queues = announced.map((client) => entityQueueOf(run, client));
    for (const queue of queues) queue.stepBegins();
    await step(run);
    for (const queue of queues) queue.stepEnds();
  };
}

/** The subgraphs that a node asks for entities before anything else. */
function firstAsked(node: PlanNode | undefined): readonly string[] {
  switch (node?.kind) {
    case 'Fetch':
      return node.requires === undefined ? [] : [node.serviceName];
    case 'Flatten':
      return firstAsked(node.node);
    case 'Sequence':
      return firstAsked(node.nodes[0]);
    case 'Parallel':
      return [...new Set(node.nodes.flatMap(firstAsked))];
    case 'Condition':
      return [...new Set([node.ifClause, node.elseClause].flatMap(firstAsked))];
    case 'Defer':
    case undefined:
      return [];
  }
}
