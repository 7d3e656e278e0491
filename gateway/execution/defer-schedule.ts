/**
 * A plan that defers something, compiled to what runs at once and what runs later: which fetches belong to which
 * deferred fragment, and when they may start. Knows no data and makes no answer.
 */

import type { DeferredNode, PlanNode, QueryPlan } from '@apollo/query-planner';

import { ALONE, compileNode, contextOf, NotCompilable, type Step } from './compile-plan.ts';
import type { PlanContext, PlanParts } from './plan-context.ts';
import type { PlanRun } from './plan-run.ts';

export interface DeferSchedule {
  /** Undefined where everything is deferred. */
  readonly primary: Step | undefined;
  readonly later: readonly LaterSteps[];
}

export interface PlanSchedule extends DeferSchedule {
  /** The ids of all fetches, as often as they stand in the plan: a fetch that was split is several. */
  readonly fetchIds: readonly string[];
}

interface LaterSteps {
  /** The label of the fragment. */
  readonly name: string;
  /** Ids of the fetches that must have come. */
  readonly depends: readonly string[];
  readonly schedule: DeferSchedule;
}

/** The fetches of one deferred fragment, under way or done. */
export interface LaterRun {
  readonly run: PlanRun;
  /** Rejects only for a fault of our own. */
  readonly done: Promise<void>;
}

export interface StartedSchedule {
  /** Of what is not deferred. */
  readonly run: PlanRun;
  readonly primary: Promise<void>;
  /** By the label of the fragment; a nested one is there once the fragment around it is done. */
  readonly later: ReadonlyMap<string, LaterRun>;
}

/** Throws NotCompilable. */
export function compileSchedule({ node }: QueryPlan, parts: PlanParts): PlanSchedule {
  if (node === undefined) return { primary: undefined, later: [], fetchIds: [] };
  if (node.kind === 'Subscription') throw new NotCompilable('a subscription');
  const context = contextOf(node, parts);
  // Whether a context's own failure or a later part is to blame for a null cannot be told part by part.
  if (context.contextPaths.length > 0) throw new NotCompilable('@defer around @fromContext');
  const fetchIds = context.fetches.flatMap((fetch) => fetch.node.id ?? []);
  return { ...scheduleOf(node, context), fetchIds };
}

function scheduleOf(node: PlanNode | undefined, context: PlanContext): DeferSchedule {
  if (node === undefined) return { primary: undefined, later: [] };
  if (node.kind !== 'Defer') return { primary: compileNode(node, ALONE, context), later: [] };
  const { primary } = node;
  return {
    primary: primary.node === undefined ? undefined : compileNode(primary.node, ALONE, context),
    later: node.deferred.map((deferred) => laterSteps(deferred, context)),
  };
}

function laterSteps({ label, depends, node }: DeferredNode, context: PlanContext): LaterSteps {
  if (label === undefined) throw new Error('every deferred fragment is planned with a label');
  return { name: label, depends: depends.map(({ id }) => id), schedule: scheduleOf(node, context) };
}

export function startSchedule(schedule: PlanSchedule, asked: PlanRun): StartedSchedule {
  const later = new Map<string, LaterRun>();
  const fetches = new Map<string, PromiseWithResolvers<undefined>>();
  const fetchOf = (id: string) => {
    const known = fetches.get(id) ?? Promise.withResolvers<undefined>();
    fetches.set(id, known);
    return known;
  };
  const left = [...schedule.fetchIds];
  const onFetched = (id: string) => {
    left.splice(left.indexOf(id), 1);
    if (!left.includes(id)) fetchOf(id).resolve(undefined);
  };

  /** `around` is done when all fetches are that the fragment may depend on. */
  function start(
    { primary, later: blocks }: DeferSchedule,
    own: PlanRun,
    around: Promise<unknown>,
  ): Promise<void> {
    const done = primary?.(own) ?? Promise.resolve();
    const aroundBlocks = Promise.all([around, done]);
    // Whoever waits for it gets the fault; nobody may wait.
    aroundBlocks.catch(() => undefined);
    for (const block of blocks) {
      // A fetch may be left out by a condition; at the end of all that is around, it will not come any more.
      const depends = Promise.all(block.depends.map((id) => fetchOf(id).promise));
      const mayStart = Promise.race([aroundBlocks, depends]);
      // No call serves two parts, or the one would wait for the other.
      const blockRun: PlanRun = { ...own, fetches: [], entityQueues: new Map(), hasFailed: false };
      const blockDone = mayStart.then(async () => {
        if (!blockRun.call.signal.aborted) await start(block.schedule, blockRun, aroundBlocks);
      });
      blockDone.catch(() => undefined);
      later.set(block.name, { run: blockRun, done: blockDone });
    }
    return done;
  }

  const run = { ...asked, onFetched };
  return { run, primary: start(schedule, run, Promise.resolve()), later };
}
