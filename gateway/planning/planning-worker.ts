/**
 * The planning thread from inside: holds the federation library and all that it builds from the supergraph, so that
 * neither its memory nor its time is that of the requests. Knows no deadline; whoever started it ends it.
 */

import { parentPort, workerData } from 'node:worker_threads';

import { parse, printSchema } from 'graphql';

import { createPlanner, type Planner } from './create-planner.ts';
import type { PlanningTask, TextToPlan, PlanReport, StartReport } from './planning-messages.ts';

function start({ supergraphSdl }: PlanningTask): void {
  try {
    const planner = createPlanner(supergraphSdl);
    say({ kind: 'ready', apiSchemaSdl: printSchema(planner.apiSchema) });
    parentPort?.on('message', (question: TextToPlan) => say(answer(planner, question)));
  } catch (error) {
    say({ kind: 'unusable', because: sentenceOf(error) });
  }
}

function answer(planner: Planner, { text, ...others }: TextToPlan): PlanReport {
  try {
    const { plan } = planner.plan({ document: parse(text), ...others });
    return { kind: 'planned', plan: JSON.stringify(plan) };
  } catch (error) {
    return { kind: 'refused', because: sentenceOf(error) };
  }
}

/** The cause says what happened where the message is the general one that clients read. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function say(report: StartReport | PlanReport): void {
  parentPort?.postMessage(report);
}

// Reason for the cast: it is what planning-thread.ts starts the thread with.
start(workerData as PlanningTask);
