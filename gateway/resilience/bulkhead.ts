/**
 * How many may be at work at a time and how many may wait for it, in the order in which they came; more are turned
 * away at once, so that neither memory nor waiting grows without end. Knows no work.
 */

import type { Clock } from './clock.ts';

export interface BulkheadLimits {
  readonly maxRunning: number;
  readonly maxWaiting: number;
}

export interface Patience {
  readonly signal: AbortSignal;
  /** In the clock's time. */
  readonly deadlineMs: number;
}

export type Admission = 'admitted' | 'late' | 'abandoned';

export class Bulkhead {
  readonly #limits: BulkheadLimits;
  readonly #clock: Clock;
  /** A set keeps the order and forgets anyone at no cost. */
  readonly #queue = new Set<(admission: Admission) => void>();
  #running = 0;

  constructor(limits: BulkheadLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Whether there was a place; whoever got one calls `leave` once. */
  tryEnter(): boolean {
    if (this.#running >= this.#limits.maxRunning) return false;
    this.#running += 1;
    return true;
  }

  /** Undefined where too many wait already. Whoever is admitted calls `leave` once. */
  wait({ signal, deadlineMs }: Patience): Promise<Admission> | undefined {
    if (this.#queue.size >= this.#limits.maxWaiting) return undefined;
    if (signal.aborted) return Promise.resolve('abandoned');
    return new Promise((resolve) => {
      const settle = (admission: Admission) => {
        this.#queue.delete(settle);
        endTimer();
        signal.removeEventListener('abort', onAbort);
        resolve(admission);
      };
      const onAbort = () => settle('abandoned');
      const endTimer = this.#clock.after(deadlineMs - this.#clock.nowMs(), () => settle('late'));
      signal.addEventListener('abort', onAbort);
      this.#queue.add(settle);
    });
  }

  /** The place goes to whoever waits longest. */
  leave(): void {
    const [next] = this.#queue;
    if (next === undefined) this.#running -= 1;
    else next('admitted');
  }
}
