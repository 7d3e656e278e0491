/**
 * The signals by which an operator, a terminal or npm ends a process. Knows no end.
 */

export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];

/**
 * Later signals change nothing: a terminal, npm, the first of several processes and whoever ends the whole group may
 * each send one, and an orderly stop must not be cut short.
 */
export function stopOnSignals(
  stop: (signal: NodeJS.Signals) => void,
  signals: readonly NodeJS.Signals[] = STOP_SIGNALS,
): void {
  let isTold = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (!isTold) stop(signal);
      isTold = true;
    });
  }
}
