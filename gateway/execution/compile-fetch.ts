/**
 * One fetch of a plan compiled to a step: cut the representations, ask the subgraph, merge what it gave. A good
 * answer is merged unseen; whether it fits the schema shows when the client's answer is cut out of it.
 */

import type { FetchNode } from '@apollo/query-planner';
import { isInterfaceType, parse, type GraphQLSchema } from 'graphql';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { RawAnswer } from '../upstream/read-answer.ts';
import type { SharedCalls, SubgraphAnswer, SubgraphClient } from '../upstream/subgraph-client.ts';
import type { PlanContext } from './plan-context.ts';
import { gatherEntities } from './gather-entities.ts';
import { mergeData } from './merge-data.ts';
import { setOwn, type Data } from './own-property.ts';
import type { FetchRecord, PlanRun } from './plan-run.ts';
import { readFetch, type FetchOutcome } from './read-fetch.ts';
import { compileRepresenter, parseRepresentation, type Representer } from './representations.ts';
import { applyRewrites } from './rewrites.ts';
import { selectionOf } from './selection.ts';

interface FetchStep {
  /** Whether the plan may ask the subgraph the same more than once. */
  readonly mayRepeat: boolean;
  readonly node: FetchNode;
  readonly path: readonly string[];
  readonly schema: GraphQLSchema;
  readonly client: SubgraphClient;
  /** The request body up to its variables. */
  readonly head: string;
}

export function compileFetch(
  node: FetchNode,
  path: readonly string[],
  { supergraphSchema: schema, clients, repeated }: PlanContext,
): (run: PlanRun) => Promise<void> {
  const client = clients.get(node.serviceName);
  if (client === undefined) throw new Error(`no client for the subgraph ${node.serviceName}`);
  const { operation: query, operationName } = node;
  const head = `${JSON.stringify({ query, operationName }).slice(0, -1)},"variables":`;
  const mayRepeat = node.operationKind === 'query' && repeated.has(node.serviceName);
  const step: FetchStep = { node, path, schema, client, head, mayRepeat };
  if (node.requires === undefined || node.requires.length === 0) return (run) => fetchFields(step, run);
  const represent = compileRepresenter(node, schema);
  return (run) => fetchEntities(step, represent, run);
}

async function fetchFields(step: FetchStep, run: PlanRun): Promise<void> {
  const targets = gatherEntities(run.root, step.path);
  if (targets.length === 0) return;
  const body = `${step.head}${JSON.stringify(variablesOf(step.node, run.variables))}}`;
  const answer = await step.client.ask(body, run.call, sharedCallsOf(step, run));
  const data = settle(step, run, { representations: undefined, targets: [targets], answer });
  if (data === null) return;
  if (step.node.outputRewrites !== undefined) applyRewrites(step.schema, step.node.outputRewrites, data);
  for (const target of targets) mergeData(target, data);
}

async function fetchEntities(step: FetchStep, represent: Representer, run: PlanRun): Promise<void> {
  const { representations, targets } = representAll(gatherEntities(run.root, step.path), represent);
  if (representations.length === 0) return;
  const own = JSON.stringify(variablesOf(step.node, run.variables)).slice(1, -1);
  const list = `"representations":[${representations.join(',')}]`;
  const body = `${step.head}{${own === '' ? list : `${own},${list}`}}}`;
  const answer = await step.client.ask(body, run.call, sharedCallsOf(step, run));
  const data = settle(step, run, { representations, targets, answer });
  const entities: unknown = data?.['_entities'];
  if (!Array.isArray(entities)) return;
  if (step.node.outputRewrites !== undefined) applyRewrites(step.schema, step.node.outputRewrites, entities);
  for (const [index, entity] of entities.entries()) {
    if (!isRecord(entity)) continue;
    for (const target of targets[index] ?? []) mergeEntity(target, entity, step.schema);
  }
}

/**
 * An entity keeps the type name that it has, unless that is an interface's: only a subgraph that treats the interface
 * as an object (@interfaceObject) knows no better.
 */
function mergeEntity(target: Data, entity: Data, schema: GraphQLSchema): void {
  const { __typename: typeName } = target;
  mergeData(target, entity);
  if (typeof typeName === 'string' && !isInterfaceType(schema.getType(typeName)))
    target['__typename'] = typeName;
}

function representAll(entities: readonly Data[], represent: Representer) {
  const indexes = new Map<string, number>();
  const targets: Data[][] = [];
  for (const entity of entities) {
    const representation = represent(entity);
    if (representation === undefined) continue;
    const index = indexes.get(representation);
    if (index !== undefined) targets[index]?.push(entity);
    else {
      indexes.set(representation, targets.length);
      targets.push([entity]);
    }
  }
  return { representations: [...indexes.keys()], targets };
}

function sharedCallsOf({ mayRepeat, client }: FetchStep, { sharedCalls }: PlanRun): SharedCalls | undefined {
  if (!mayRepeat) return undefined;
  const calls = sharedCalls.get(client.name) ?? new Map<string, Promise<RawAnswer>>();
  sharedCalls.set(client.name, calls);
  return calls;
}

/** Gives what may be merged, and writes the fetch down. */
function settle(
  step: FetchStep,
  run: PlanRun,
  made: Pick<FetchRecord, 'representations' | 'targets' | 'answer'>,
): Data | null {
  const { node, path } = step;
  if (isGood(made.answer, made.representations?.length)) {
    run.fetches.push({ node, path, ...made, outcome: undefined });
    return made.answer.data;
  }
  run.hasFailed = true;
  const outcome = outcomeOf({ node, ...made }, run.variables, step.schema);
  run.fetches.push({ node, path, ...made, outcome });
  return outcome.data;
}

function isGood(
  answer: SubgraphAnswer,
  expected: number | undefined,
): answer is Extract<SubgraphAnswer, { kind: 'answered' }> {
  if (answer.kind === 'failed' || answer.errors.length > 0 || answer.data === null) return false;
  const { _entities: entities } = answer.data;
  return expected === undefined || (Array.isArray(entities) && entities.length === expected);
}

/** What came of a fetch, looked at closely. Changes the answer's data in place where it does not fit the schema. */
export function outcomeOf(
  made: Pick<FetchRecord, 'node' | 'representations' | 'answer'>,
  variables: JsonObject,
  schema: GraphQLSchema,
): FetchOutcome {
  const { node, answer } = made;
  const document = parse(node.operation, { noLocation: true });
  const selection = selectionOf(document, node.operationName, variablesOf(node, variables));
  const representations = made.representations?.map(parseRepresentation);
  return readFetch({ subgraph: node.serviceName, selection, schema, representations }, answer);
}

function variablesOf({ variableUsages = [] }: FetchNode, variables: JsonObject): JsonObject {
  const used: Data = {};
  for (const name of variableUsages) {
    if (Object.hasOwn(variables, name)) setOwn(used, name, variables[name]);
  }
  return used;
}
