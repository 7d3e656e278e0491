/**
 * One fetch of a plan compiled to a step: cut the representations, ask the subgraph, merge what it gave. A good
 * answer is merged unseen; whether it fits the schema shows when the client's answer is cut out of it.
 */

import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { isJoined } from '../planning/joined-fetch.ts';
import type { SubgraphAnswer, SubgraphClient } from '../upstream/subgraph-client.ts';
import type { Fits } from './compile-scanner.ts';
import type { PlanContext } from './plan-context.ts';
import { bodyOf, type EntityQuestion } from './ask-entities.ts';
import { changeOf, type Change } from './change-of.ts';
import { compileContext, type ContextReader, type EntitiesInContext } from './context-values.ts';
import { copyOfObject } from './copy-of.ts';
import {
  headOf,
  numbered,
  numberSuffix,
  REPRESENTATIONS,
  takeApart,
  type EntityQuery,
} from './entity-query.ts';
import { leaveOutFailed } from './failed-nulls.ts';
import { isGood, outcomeOf, variablesOf } from './fetch-outcome.ts';
import { compileGather, type Gather } from './compile-gather.ts';
import { fillKnown, type UnansweredEntity } from './known-keys.ts';
import { mergeData } from './merge-data.ts';
import { compileMergeEntities, type MergeEntities } from './merge-entities.ts';
import { setOwn, type Data } from './own-property.ts';
import { entityQueueOf, noteChange, sharedCallsOf, type FetchRecord, type PlanRun } from './plan-run.ts';
import { compileRepresent, type Represent, type Represented } from './represent-all.ts';
import { applyRewrites } from './rewrites.ts';
import { compileDrop, keysOfEntities, type DropUnasked } from './unasked-keys.ts';

interface FetchStep {
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

interface StepOfEntities extends FetchStep {
  readonly represent: Represent;
  readonly merge: MergeEntities;
}

interface EntityStep extends StepOfEntities {
  /** Undefined where it must be asked alone. */
  readonly query: EntityQuery | undefined;
  /** For entities that lack what the step needs; undefined where nothing is asked of those. */
  readonly less: EntityStep | undefined;
}

interface ContextStep extends StepOfEntities {
  readonly context: ContextReader;
  /** Undefined where it must be asked alone. */
  readonly numbered: ((number: number) => EntityQuery) | undefined;
}

export function compileFetch(
  node: FetchNode,
  path: readonly string[],
  { supergraphSchema: schema, clients, repeated, interfaces, fits, contextPaths, asks }: PlanContext,
): (run: PlanRun) => Promise<void> {
  const client = clients.get(node.serviceName);
  if (client === undefined) throw new Error(`no client for the subgraph ${node.serviceName}`);
  const head = headOf(node);
  const mayRepeat = node.operationKind === 'query' && (repeated.has(node.serviceName) || isJoined(node));
  const copies = contextPaths.some((below) => path.every((part, index) => part === below[index]));
  const dropUnasked = compileDrop(node, asks, schema);
  const step: FetchStep = {
    node,
    path,
    gather: compileGather(path),
    schema,
    client,
    head,
    mayRepeat,
    interfaces,
    fits,
    change: changeOf(node, schema),
    copies,
    dropUnasked,
  };
  const context = compileContext(node, schema);
  if (node.requires === undefined || node.requires.length === 0) {
    if (context !== undefined) throw new Error('only entities have a context');
    return (run) => fetchFields(step, run);
  }
  if (context !== undefined) {
    const contextStep = {
      ...compileOfEntities(step, asks),
      context,
      numbered: numbered(node, context.names),
    };
    return (run) => fetchInContext(contextStep, run);
  }
  const entityStep = compileEntities(step, asks);
  return (run) => fetchEntities(entityStep, run);
}

function compileEntities(step: FetchStep, asks: PlanContext['asks']): EntityStep {
  const { node, head, schema, mayRepeat } = step;
  const query = mayRepeat ? takeApart(node, head) : undefined;
  const entityStep = { ...compileOfEntities(step, asks), query };
  if (!isJoined(node)) return { ...entityStep, less: undefined };
  const { alone } = node;
  const less = { ...step, node: alone, head: headOf(alone), dropUnasked: compileDrop(alone, asks, schema) };
  return { ...entityStep, less: compileEntities(less, asks) };
}

/** How its entities are represented, and how what they got is taken. */
function compileOfEntities(step: FetchStep, asks: PlanContext['asks']): StepOfEntities {
  const { node, schema, copies, interfaces, dropUnasked } = step;
  const { represent, typeName } = compileRepresent(node, schema);
  const { outputRewrites: rewrites } = node;
  const merge = compileMergeEntities({
    interfaces,
    copies,
    dropUnasked,
    rewrite: rewrites && ((entities) => applyRewrites(schema, rewrites, entities)),
    keys: () => (typeName === undefined ? undefined : keysOfEntities(node, asks, { schema, typeName })),
  });
  return { ...step, represent, merge };
}

async function fetchFields(step: FetchStep, run: PlanRun): Promise<void> {
  const targets = step.gather(run.root);
  if (targets.length === 0) return;
  if (step.change !== undefined && run.isOver) {
    run.unmade.push(...step.change.keys);
    return;
  }
  const body = `${step.head}${JSON.stringify(variablesOf(step.node, run.variables))}}`;
  const answer = await askForFields(step, run, body);
  if (answer.kind === 'passed') {
    run.passed = answer.bytes;
    return;
  }
  const data = settle(step, run, { representations: undefined, targets: [targets], answer });
  if (step.change !== undefined) noteChange(run, step.change.isLast(data));
  if (data === null) return;
  step.dropUnasked?.(data);
  if (step.node.outputRewrites !== undefined) applyRewrites(step.schema, step.node.outputRewrites, data);
  for (const target of targets) mergeData(target, step.copies ? copyOfObject(data) : data, step.interfaces);
}

function askForFields({ client, fits, mayRepeat, change, node }: FetchStep, run: PlanRun, body: string) {
  if (node.operationKind === 'subscription' && run.event !== undefined) return run.event;
  const { readsExactly } = run;
  if (fits !== undefined && run.mayPass && change === undefined)
    return client.askForBytes(body, run.call, { fits, readsExactly });
  const shared = mayRepeat ? sharedCallsOf(run, client) : undefined;
  return client.ask(body, run.call, { shared, effect: change?.effect ?? 'none', readsExactly });
}

async function fetchEntities(step: EntityStep, run: PlanRun): Promise<void> {
  const asked = representAll(step, run, step.gather(run.root));
  const { less } = step;
  if (less === undefined || asked.left.length === 0) return fetchRepresented(step, run, asked);
  await Promise.all([
    fetchRepresented(step, run, asked),
    fetchRepresented(less, run, representAll(less, run, asked.left)),
  ]);
}

function representAll(
  { node, path, represent }: StepOfEntities,
  run: PlanRun,
  entities: readonly Data[],
): Represented {
  const represented = represent(entities);
  const { left } = represented;
  // Most are of other types; whether something was lacking is looked at when something has failed.
  if (left.length > 0) run.unasked.push({ node, path, entities: left });
  return represented;
}

async function fetchRepresented(
  step: EntityStep,
  run: PlanRun,
  { representations, targets }: Represented,
): Promise<void> {
  if (representations.length === 0) return;
  const answer = await askForEntities(step, run, representations);
  mergeEntities(step, run, { representations, targets, answer });
}

/** Entities with other values go under other variables; as much as possible in one call. */
async function fetchInContext(step: ContextStep, run: PlanRun): Promise<void> {
  const { groups, missing } = step.context.gather(run.root, step.path);
  for (const each of missing) run.withoutContext.push({ path: step.path, ...each });
  const asked = [...groups].map(async ([key, { entities, values }]) => {
    const { representations, targets } = representAll(step, run, entities);
    if (representations.length === 0) return;
    const number = run.contextNumbers.get(key) ?? run.contextNumbers.size;
    run.contextNumbers.set(key, number);
    const answer = await askInContext(step, run, { representations, values, number });
    mergeEntities(step, run, { representations, targets, answer });
  });
  await Promise.all(asked);
}

function askInContext(
  step: ContextStep,
  run: PlanRun,
  { representations, values, number }: AskedInContext,
): Promise<SubgraphAnswer> {
  const variables = variablesOf(step.node, run.variables);
  const query = step.numbered?.(number);
  for (const [name, value] of Object.entries(values)) {
    // What a client has sent under that name is not its context.
    Reflect.deleteProperty(variables, name);
    setOwn(variables, query === undefined ? name : name + numberSuffix(number), value);
  }
  return askTogetherOrAlone(step, run, { query, representations, variables });
}

/** Alone where the query cannot be put together with others. */
function askTogetherOrAlone(
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

interface AskedInContext extends Pick<EntitiesInContext, 'values'> {
  readonly representations: readonly JsonObject[];
  readonly number: number;
}

function mergeEntities(
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

function askForEntities(
  step: EntityStep,
  run: PlanRun,
  representations: readonly JsonObject[],
): Promise<SubgraphAnswer> {
  const variables = variablesOf(step.node, run.variables);
  return askTogetherOrAlone(step, run, { query: step.query, representations, variables });
}

/** Gives what may be merged, and writes the fetch down. */
function settle(
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
