/**
 * A subscription prepared on one snapshot, which is held as long as its stream is open or one of its events waits.
 * Knows no snapshot.
 */

import type { PreparedSubscription } from '../execution/prepared-subscription.ts';

export interface Attempt {
  readonly prepared: PreparedSubscription;
  /** Whether no newer snapshot has taken over. */
  readonly isCurrent: () => boolean;
  /** Once, when nothing of it runs any more. */
  readonly leave: () => void;
}

/** Counts what holds an attempt. */
export class HeldAttempt {
  readonly prepared: PreparedSubscription;
  readonly isCurrent: () => boolean;
  readonly #leave: () => void;
  #holders = 1;

  constructor({ prepared, isCurrent, leave }: Attempt) {
    this.prepared = prepared;
    this.isCurrent = isCurrent;
    this.#leave = leave;
  }

  hold(): this {
    this.#holders += 1;
    return this;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#leave();
  }
}
