/**
 * The snapshots of a source that goes on: started from it, or, where it gives nothing that can be used, from the copy
 * that is kept; then replaced by whatever else it gives. Knows neither files nor addresses.
 */

import { setTimeout as pause } from 'node:timers/promises';

import { StartRefused } from '../base/start-refused.ts';
import type { Supergraph } from '../supergraph/read-supergraph.ts';
import type { Reading, SupergraphSource } from '../supergraph/source.ts';
import { isVerdict } from '../supergraph/supergraph-refused.ts';
import { createSnapshots, type Snapshots, type SnapshotsParts } from './snapshots.ts';

export interface FollowedSupergraph {
  readonly snapshots: Snapshots;
  /** Reads the source again. Never rejects: a bad one is refused and logged. */
  readonly reload: () => Promise<void>;
  /** Nothing is replaced any more; at once, only when no request comes any more. */
  readonly stop: () => Promise<void>;
  /** Nothing is read any more. */
  readonly stopReading: () => void;
}

export interface Following {
  readonly isWatched: boolean;
  /** How long the start tries again while the source gives nothing that can be used. */
  readonly startWithinMs: number;
}

const PAUSE_MS = 500;
/** Before what is not the supergraph's fault is tried again: a key that comes later, a process that the system ended. */
const AGAIN_MS = 1_000;
const LONGEST_AGAIN_MS = 60_000;

/** Throws StartRefused; nothing is left running then. */
export async function followSupergraph(
  source: SupergraphSource,
  { isWatched, startWithinMs }: Following,
  parts: SnapshotsParts,
): Promise<FollowedSupergraph> {
  const snapshots = await startFrom(source, startWithinMs, parts);
  let again: NodeJS.Timeout | undefined;
  let isStopped = false;
  let againMs = AGAIN_MS;
  const reload = async () => {
    clearTimeout(again);
    const refusal = await snapshots.replace(() => source.read());
    await source.judge(refusal);
    const isJudged = isVerdict(refusal);
    if (isJudged) againMs = AGAIN_MS;
    if (isJudged || !isWatched || isStopped) return;
    again = setTimeout(() => void reload(), againMs).unref();
    againMs = Math.min(againMs * 2, LONGEST_AGAIN_MS);
  };
  const stopReading = () => {
    isStopped = true;
    clearTimeout(again);
    source.stop();
  };
  if (isWatched) source.watch(reload);
  return { snapshots, reload, stopReading, stop: () => snapshots.stop() };
}

async function startFrom(
  source: SupergraphSource,
  withinMs: number,
  parts: SnapshotsParts,
): Promise<Snapshots> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await startOnce(source, parts);
    } catch (refusal) {
      if (!(refusal instanceof StartRefused)) throw refusal;
      if (performance.now() + PAUSE_MS > untilMs) return await startFromKept(source, refusal, parts);
      parts.log.warn({ reasons: refusal.problems }, 'no supergraph that can be used; it is tried again');
      await pause(PAUSE_MS);
    }
  }
}

async function startOnce(source: SupergraphSource, parts: SnapshotsParts): Promise<Snapshots> {
  try {
    const snapshots = await createSnapshots(given(await source.read()), parts);
    await source.judge();
    return snapshots;
  } catch (refusal) {
    await source.judge(refusal);
    throw refusal;
  }
}

async function startFromKept(
  source: SupergraphSource,
  refusal: StartRefused,
  parts: SnapshotsParts,
): Promise<Snapshots> {
  try {
    const kept = await source.readKept();
    if (kept === undefined) throw refusal;
    return await createSnapshots(kept, parts, refusal);
  } catch (error) {
    if (error === refusal || !(error instanceof StartRefused)) throw error;
    throw new StartRefused([...refusal.problems, ...error.problems]);
  }
}

function given(read: Reading): Supergraph {
  if (typeof read === 'string') throw new Error(`nothing can be ${read} before anything was served`);
  return read;
}
