/**
 * One fetch of a plan compiled to a step: cut the representations, ask the subgraph, merge what it gave. A good
 * answer is merged unseen; whether it fits the schema shows when the client's answer is cut out of it.
 */

import type { FetchNode } from '@apollo/query-planner';

import type { JsonObject } from '../base/is-record.ts';
import { isJoined } from '../planning/joined-fetch.ts';
import { fieldNames } from '../planning/typed-paths.ts';
import type { SubgraphAnswer } from '../upstream/subgraph-client.ts';
import { changeOf } from './change-of.ts';
import { compileGather } from './compile-gather.ts';
import { compileContext } from './context-values.ts';
import { copyOfObject } from './copy-of.ts';
import { headOf, takeApart, type EntityQuery } from './entity-query.ts';
import { compileInContext } from './fetch-in-context.ts';
import { variablesOf } from './fetch-outcome.ts';
import {
  askTogetherOrAlone,
  compileOfEntities,
  mergeEntities,
  representAll,
  settle,
  stepFor,
  type FetchStep,
  type StepOfEntities,
} from './fetch-step.ts';
import { mergeData } from './merge-data.ts';
import type { PlanContext } from './plan-context.ts';
import { mayChange, noteChange, sharedCallsOf, type PlanRun } from './plan-run.ts';
import type { Represented } from './represent-all.ts';
import { rewriteOutput } from './rewrites.ts';
import { compileDrop } from './unasked-keys.ts';

interface EntityStep extends StepOfEntities {
  /** Undefined where it must be asked alone. */
  readonly query: EntityQuery | undefined;
  /** For entities that lack what the step needs: each is asked of those that it can be. */
  readonly parts: readonly EntityStep[];
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
  const names = fieldNames(path);
  const copies = contextPaths.some((below) => names.every((name, index) => name === below[index]));
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
  if (context !== undefined) return compileInContext(step, context, asks);
  const entityStep = compileEntities(step, asks);
  return (run) => fetchEntities(entityStep, run);
}

function compileEntities(step: FetchStep, asks: PlanContext['asks']): EntityStep {
  const { node, head, mayRepeat } = step;
  const query = mayRepeat ? takeApart(node, head) : undefined;
  const parts = isJoined(node) ? node.parts : [];
  return {
    ...compileOfEntities(step, asks),
    query,
    parts: parts.map((part) => compileEntities(stepFor(part, step, asks), asks)),
  };
}

async function fetchFields(step: FetchStep, run: PlanRun): Promise<void> {
  const targets = step.gather(run.root);
  if (targets.length === 0) return;
  if (step.change !== undefined && !mayChange(run)) {
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
  if (step.change !== undefined) noteChange(run, step.change.keys, step.change.isLast(data));
  if (data === null) return;
  step.dropUnasked?.(data);
  if (step.node.outputRewrites !== undefined) rewriteOutput(step.schema, step.node.outputRewrites, data);
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
  const { parts } = step;
  if (parts.length === 0 || asked.left.length === 0) {
    await fetchRepresented(step, run, asked);
    return;
  }
  const ofParts = parts.map((part) => fetchRepresented(part, run, representAll(part, run, asked.left)));
  await Promise.all([fetchRepresented(step, run, asked), ...ofParts]);
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

function askForEntities(
  step: EntityStep,
  run: PlanRun,
  representations: readonly JsonObject[],
): Promise<SubgraphAnswer> {
  const variables = variablesOf(step.node, run.variables);
  return askTogetherOrAlone(step, run, { query: step.query, representations, variables });
}
