/**
 * Time that passes only when the test says so. Knows nothing of what waits for it.
 */

import type { Clock } from '../../gateway/resilience/clock.ts';

export interface FakeClock extends Clock {
  /** Timers that are due run in their order, each at its own time, with all that follows from them. */
  readonly pass: (ms: number) => Promise<void>;
}

export function fakeClock(): FakeClock {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async pass(ms) {
      const untilMs = nowMs + ms;
      await settled();
      for (;;) {
        const [next] = [...timers].sort((one, other) => one.atMs - other.atMs);
        if (next === undefined || next.atMs > untilMs) break;
        timers.delete(next);
        nowMs = next.atMs;
        next.run();
        await settled();
      }
      nowMs = untilMs;
    },
  };
}

/** When all has been done that needs no time. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
