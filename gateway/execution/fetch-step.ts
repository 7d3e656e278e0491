/**
 * What all fetches of a plan have in common: how entities are represented, asked for and merged, and how an answer is
 * settled. Knows no plan.
 */

import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import type { SubgraphAnswer, SubgraphClient } from '../upstream/subgraph-client.ts';
import { bodyOf, type EntityQuestion } from './ask-entities.ts';
import type { Change } from './change-of.ts';
import type { Gather } from './compile-gather.ts';
import type { Fits } from './compile-scanner.ts';
import { copyOfObject } from './copy-of.ts';
import { headOf, REPRESENTATIONS, type EntityQuery } from './entity-query.ts';
import { leaveOutFailed } from './failed-nulls.ts';
import { isGood, outcomeOf } from './fetch-outcome.ts';
import { fillKnown, type UnansweredEntity } from './known-keys.ts';
import { compileMergeEntities, type MergeEntities } from './merge-entities.ts';
import type { Data } from './own-property.ts';
import { entityQueueOf, type FetchRecord, type PlanRun } from './plan-run.ts';
import { compileRepresent, type Represent, type Represented } from './represent-all.ts';
import { rewriteOutput } from './rewrites.ts';
import { compileDrop, keysOfEntities, type DropUnasked, type PlacedAsk } from './unasked-keys.ts';

export interface FetchStep {
  /** Whether the plan may ask the subgraph the same more than once. */
  readonly mayRepeat: boolean;
  readonly node: FetchNode;
  readonly path: readonly string[];
  /** The objects that stand there. */
  readonly gather: Gather;
  readonly schema: GraphQLSchema;
  readonly client: SubgraphClient;
  /** The request body up to its variables. */
  readonly head: string;
  readonly interfaces: ReadonlySet<string>;
  readonly fits: Fits | undefined;
  /** Undefined where it changes nothing. */
  readonly change: Change | undefined;
  /** Whether the places of one entity may come to differ below, so that none may share what another got. */
  readonly copies: boolean;
  /** Undefined where nobody else writes at its places. */
  readonly dropUnasked: DropUnasked | undefined;
}

export interface StepOfEntities extends FetchStep {
  readonly represent: Represent;
  readonly merge: MergeEntities;
}

/** The step that asks less of the same objects. */
export function stepFor(node: FetchNode, step: FetchStep, asks: readonly PlacedAsk[]): FetchStep {
  return { ...step, node, head: headOf(node), dropUnasked: compileDrop(node, asks, step.schema) };
}

/** How its entities are represented, and how what they got is taken. */
export function compileOfEntities(step: FetchStep, asks: readonly PlacedAsk[]): StepOfEntities {
  const { node, schema, copies, interfaces, dropUnasked } = step;
  const { represent, typeName } = compileRepresent(node, schema);
  const { outputRewrites: rewrites } = node;
  const merge = compileMergeEntities({
    interfaces,
    copies,
    dropUnasked,
    rewrite: rewrites && ((entities) => rewriteOutput(schema, rewrites, entities)),
    keys: () => (typeName === undefined ? undefined : keysOfEntities(node, asks, { schema, typeName })),
  });
  return { ...step, represent, merge };
}

/** `parts` are those that are asked of what it leaves. */
export function representAll(
  { node, path, represent, parts }: StepOfEntities & { readonly parts: readonly unknown[] },
  run: PlanRun,
  entities: readonly Data[],
): Represented {
  const represented = represent(entities);
  const { left } = represented;
  // Most are of other types; whether something was lacking is looked at when something has failed.
  if (left.length > 0 && parts.length === 0) run.unasked.push({ node, path, entities: left });
  return represented;
}

/** Alone where the query cannot be put together with others. */
export function askTogetherOrAlone(
  { client, head }: FetchStep,
  run: PlanRun,
  {
    query,
    representations,
    variables,
  }: Omit<EntityQuestion, 'query'> & { readonly query: EntityQuery | undefined },
): Promise<SubgraphAnswer> {
  if (query !== undefined) return entityQueueOf(run, client).ask({ query, representations, variables });
  const body = bodyOf(head, variables, [[REPRESENTATIONS, representations]]);
  return client.ask(body, run.call, { readsExactly: run.readsExactly });
}

export function mergeEntities(
  step: StepOfEntities,
  run: PlanRun,
  made: Pick<FetchRecord, 'targets' | 'answer'> & { readonly representations: readonly JsonObject[] },
): void {
  const data = settle(step, run, made);
  const given: unknown = data?.['_entities'];
  const unanswered = step.merge(made.targets, Array.isArray(given) ? given : []);
  if (unanswered.length === 0) return;
  const entities = unanswered.map((index): UnansweredEntity => ({
    representation: made.representations[index] ?? {},
    targets: made.targets[index] ?? [],
  }));
  fillKnown(step.node, step.schema, entities);
}

/** Gives what may be merged, and writes the fetch down. */
export function settle(
  step: FetchStep,
  run: PlanRun,
  made: Pick<FetchRecord, 'representations' | 'targets' | 'answer'>,
): Data | null {
  const { node, path } = step;
  if (isGood(made.answer, made.representations?.length)) {
    const { data } = made.answer;
    // Keys are renamed in what is merged; whoever looks at the answer again looks for them as they came.
    const kept = node.outputRewrites && data ? { ...made.answer, data: copyOfObject(data) } : made.answer;
    run.fetches.push({ node, path, ...made, answer: kept, outcome: undefined });
    return data;
  }
  run.hasFailed = true;
  const outcome = outcomeOf({ node, ...made }, run.variables, step.schema);
  leaveOutFailed(outcome, made.representations !== undefined);
  run.fetches.push({ node, path, ...made, outcome });
  return outcome.data;
}
