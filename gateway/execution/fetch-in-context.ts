/**
 * A fetch of entities that reads values around them (@fromContext): entities with other values go under other
 * variables; where a value is missing, or what the fields need, the rest is asked. Knows no plan.
 */

import type { FetchNode } from '@apollo/query-planner';

import type { JsonObject } from '../base/is-record.ts';
import { isJoined, type JoinedFetch } from '../planning/joined-fetch.ts';
import { withoutVariables } from '../planning/part-of-fetch.ts';
import type { SubgraphAnswer } from '../upstream/subgraph-client.ts';
import type { ContextReader, EntitiesInContext } from './context-values.ts';
import { numbered, numberSuffix, type EntityQuery } from './entity-query.ts';
import { variablesOf } from './fetch-outcome.ts';
import {
  askTogetherOrAlone,
  compileOfEntities,
  mergeEntities,
  representAll,
  stepFor,
  type FetchStep,
  type StepOfEntities,
} from './fetch-step.ts';
import { getOwn, setOwn } from './own-property.ts';
import type { PlanRun } from './plan-run.ts';
import { placedAsk, type PlacedAsk } from './unasked-keys.ts';

interface ContextStep extends StepOfEntities {
  /** Of the values around that its variables stand for. */
  readonly names: readonly string[];
  /** Undefined where it must be asked alone. */
  readonly numbered: ((number: number) => EntityQuery) | undefined;
  /** For entities that lack what the fields need: each is asked of those that it can be. */
  readonly parts: readonly ContextStep[];
}

/** Makes the fetch for all entities. */
export function compileInContext(
  step: FetchStep,
  context: ContextReader,
  asks: readonly PlacedAsk[],
): (run: PlanRun) => Promise<void> {
  const { node, path } = step;
  const whole = compileStep(step, context.names, asks);
  const lesser = new Map<string, ContextStep | undefined>();
  /** Compiled when values are missing for the first time. */
  const without = (lacking: readonly string[]): ContextStep | undefined => {
    if (lacking.length === 0) return whole;
    const key = lacking.join(' ');
    if (!lesser.has(key)) lesser.set(key, compileWithout(step, new Set(lacking), context.names, asks));
    return lesser.get(key);
  };
  return async (run) => {
    const { groups, missing } = context.gather(run.root, path);
    for (const each of missing) run.withoutContext.push({ ...each, node, path });
    const asked = [...groups].map(([key, group]) => fetchGroup(without(group.lacking), run, key, group));
    await Promise.all(asked);
  };
}

function compileStep(step: FetchStep, all: ReadonlySet<string>, asks: readonly PlacedAsk[]): ContextStep {
  const { node } = step;
  const names = [...all].filter((name) => (node.variableUsages ?? []).includes(name));
  const parts = isJoined(node) ? node.parts : [];
  return {
    ...compileOfEntities(step, asks),
    names,
    numbered: numbered(node, new Set(names)),
    parts: parts.map((part) => compileStep(stepFor(part, step, asks), all, asks)),
  };
}

/** Undefined where nothing is left to ask. */
function compileWithout(
  step: FetchStep,
  lacking: ReadonlySet<string>,
  all: ReadonlySet<string>,
  asks: readonly PlacedAsk[],
): ContextStep | undefined {
  const rest = restOf(step.node, lacking);
  if (rest === undefined) return undefined;
  // It stands where the whole fetch stands.
  const restAsks = asks.map((ask) => (ask.node === step.node ? placedAsk({ ...ask, node: rest }) : ask));
  return compileStep(stepFor(rest, step, restAsks), all, restAsks);
}

function restOf(node: FetchNode, lacking: ReadonlySet<string>): FetchNode | undefined {
  if (!isJoined(node)) return withoutVariables(node, lacking);
  const { parts, ...joined } = node;
  const rest = withoutVariables(joined, lacking);
  if (rest === undefined) return undefined;
  const less: JoinedFetch = {
    ...rest,
    parts: parts.flatMap((part) => withoutVariables(part, lacking) ?? []),
  };
  return less;
}

async function fetchGroup(
  step: ContextStep | undefined,
  run: PlanRun,
  key: string,
  { entities, values }: Pick<EntitiesInContext, 'entities' | 'values'>,
): Promise<void> {
  if (step === undefined) return;
  const { representations, targets, left } = representAll(step, run, entities);
  const ofParts =
    left.length === 0
      ? []
      : step.parts.map((part) => fetchGroup(part, run, key, { entities: [...left], values }));
  if (representations.length > 0) {
    const number = run.contextNumbers.get(key) ?? run.contextNumbers.size;
    run.contextNumbers.set(key, number);
    const answer = await askInContext(step, run, { representations, values, number });
    mergeEntities(step, run, { representations, targets, answer });
  }
  await Promise.all(ofParts);
}

interface AskedInContext extends Pick<EntitiesInContext, 'values'> {
  readonly representations: readonly JsonObject[];
  readonly number: number;
}

function askInContext(
  step: ContextStep,
  run: PlanRun,
  { representations, values, number }: AskedInContext,
): Promise<SubgraphAnswer> {
  const variables = variablesOf(step.node, run.variables);
  const query = step.numbered?.(number);
  for (const name of step.names) {
    // What a client has sent under that name is not its context.
    Reflect.deleteProperty(variables, name);
    setOwn(variables, query === undefined ? name : name + numberSuffix(number), getOwn(values, name));
  }
  return askTogetherOrAlone(step, run, { query, representations, variables });
}
