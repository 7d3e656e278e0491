/**
 * Time as the policies see it: a clock that never goes back, and timers on it. Knows no policy; a test brings its own.
 */

export interface Clock {
  readonly nowMs: () => number;
  /** Gives back what ends the timer. */
  readonly after: (delayMs: number, run: () => void) => () => void;
}

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Ends early, without a word, when the signal aborts. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      endTimer();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const endTimer = clock.after(delayMs, end);
    signal.addEventListener('abort', end);
  });
}
