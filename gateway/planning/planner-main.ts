/**
 * The planning process from inside: holds the federation library and all that it builds from the supergraph, so that
 * neither its memory nor its time is that of the requests. Knows no deadline; whoever started it ends it.
 */

import { flushCompileCache } from 'node:module';
import { Worker } from 'node:worker_threads';

import { parse } from 'graphql';

import { stopOnSignals } from '../../schema/contract/stop-on-signals.ts';
import { giveMemoryBack } from '../base/give-memory-back.ts';
import { printSchema } from '../base/print-schema.ts';
import { createPlanner, type Planner } from './create-planner.ts';
import type { PlanReport, StartReport, SupergraphToPlan, TextToPlan } from './planning-messages.ts';

/** A thread, because a plan that does not end lets nothing else be heard here, not even that nobody waits for it. */
function endWithParent(): void {
  const worker = new Worker(new URL('./end-with-parent.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  });
  worker.unref();
}

function start({ supergraphSdl }: SupergraphToPlan): StartReport {
  try {
    const planner = createPlanner(supergraphSdl);
    process.on('message', (question: TextToPlan) => say(answer(planner, question)));
    return { kind: 'ready', apiSchemaSdl: printSchema(planner.apiSchema) };
  } catch (error) {
    return { kind: 'unusable', because: sentenceOf(error) };
  }
}

function answer(planner: Planner, { text, ...others }: TextToPlan): PlanReport {
  try {
    const { plan } = planner.plan({ document: parse(text, { noLocation: true }), ...others });
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
  process.send?.(report);
}

/** Nobody has asked for so long: what was needed for the last plans need not stay. */
const IDLE_MS = 2_000;
let idle: NodeJS.Timeout | undefined;

function giveMemoryBackWhenIdle(): void {
  clearTimeout(idle);
  idle = setTimeout(giveMemoryBack, IDLE_MS).unref();
}

// To the whole group of processes, as from a terminal: what is asked until the parent ends must still be planned.
stopOnSignals(() => undefined);
endWithParent();
process.on('message', giveMemoryBackWhenIdle);
process.once('message', (task: SupergraphToPlan) => {
  say(start(task));
  // A process that is ended while it plans keeps nothing; what it has loaded by now is all that it loads.
  flushCompileCache();
});
