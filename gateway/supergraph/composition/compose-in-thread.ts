/**
 * Composition in a thread of its own, which ends with it: it takes far longer than a request may wait. Knows no file.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { compileCacheEnvironment } from '../../base/compile-cache-environment.ts';
import { isRecord } from '../../base/is-record.ts';
import { SupergraphRefused, type RefusalReason } from '../supergraph-refused.ts';
import type { CompositionOutcome, SubgraphSource } from './compose-supergraph.ts';

const WORKER = new URL('./composition-worker.ts', import.meta.url);

export interface CompositionTask {
  readonly sources: readonly SubgraphSource[];
  readonly owners: readonly string[];
}

export interface CompositionLimits {
  readonly timeoutMs: number;
  readonly maxHeapMb: number;
}

/** Rejects with SupergraphRefused where a limit is reached, and otherwise where the signal ends it. */
export async function composeInThread(
  task: CompositionTask,
  limits: CompositionLimits,
  signal: AbortSignal,
): Promise<CompositionOutcome> {
  const { timeoutMs, maxHeapMb } = limits;
  const worker = new Worker(WORKER, {
    workerData: task,
    env: compileCacheEnvironment(),
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  const timeUp = AbortSignal.timeout(timeoutMs);
  try {
    const ended = AbortSignal.any([signal, timeUp]);
    // It rejects with what the thread throws.
    const said: readonly unknown[] = await once(worker, 'message', { signal: ended });
    // Reason for the cast: it is what composition-worker.ts says, once.
    return said[0] as CompositionOutcome;
  } catch (error) {
    if (isOutOfMemory(error))
      throw tooMuch('not_composable', `needs more than ${maxHeapMb} MB (supergraph.composition.maxHeapMb)`);
    if (timeUp.aborted && !signal.aborted)
      throw tooMuch('timed_out', `takes longer than ${timeoutMs} ms (supergraph.composition.timeoutMs)`);
    throw error;
  } finally {
    await worker.terminate();
  }
}

function isOutOfMemory(error: unknown): boolean {
  return isRecord(error) && error['code'] === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooMuch(reason: RefusalReason, says: string): SupergraphRefused {
  return new SupergraphRefused(reason, [`The supergraph cannot be composed: that ${says}.`]);
}
