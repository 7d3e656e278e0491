/**
 * Composition in a thread of its own, which ends with it: it takes far longer than a request may wait. Knows no file.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { compileCacheEnvironment } from '../../base/compile-cache-environment.ts';
import type { CompositionOutcome, SubgraphSource } from './compose-supergraph.ts';

const WORKER = new URL('./composition-worker.ts', import.meta.url);

/** What is not composed by then never will be. */
const TIMEOUT_MS = 60_000;
const MAX_HEAP_MB = 512;

export interface CompositionTask {
  readonly sources: readonly SubgraphSource[];
  readonly owners: readonly string[];
}

/** Rejects where the thread ends early: by its limits, or by the signal. */
export async function composeInThread(
  task: CompositionTask,
  signal: AbortSignal,
): Promise<CompositionOutcome> {
  const worker = new Worker(WORKER, {
    workerData: task,
    env: compileCacheEnvironment(),
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  try {
    const ended = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    // It rejects with what the thread throws.
    const said: readonly unknown[] = await once(worker, 'message', { signal: ended });
    // Reason for the cast: it is what composition-worker.ts says, once.
    return said[0] as CompositionOutcome;
  } finally {
    await worker.terminate();
  }
}
