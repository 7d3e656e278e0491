/**
 * Aborts when somebody wants this process to end: by a signal, or because the npm that runs it was killed, which
 * hands on nothing.
 */

import { stopOnSignals } from '../../schema/contract/stop-on-signals.ts';
import { findNpm } from '../state/npm-process.ts';
import { identifyProcess } from '../state/running-process.ts';

const BETWEEN_LOOKS_MS = 500;

export function listenForStop(): AbortSignal {
  const controller = new AbortController();
  stopOnSignals(() => controller.abort());
  void watchNpm(() => controller.abort());
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function watchNpm(onGone: () => void): Promise<void> {
  const npm = await findNpm(process.env);
  if (npm === undefined) return;
  const timer = setInterval(() => {
    void identifyProcess(npm.pid).then((identity) => {
      if (identity === npm.identity) return;
      clearInterval(timer);
      onGone();
    });
  }, BETWEEN_LOOKS_MS);
  // Looking is no reason to go on living.
  timer.unref();
}
