/**
 * A subscription prepared on one snapshot, which is held as long as its stream is open or one of its events waits.
 * Knows no snapshot.
 */

import type { PreparedSubscription } from '../execution/prepared-subscription.ts';

interface Held {
  readonly prepared: PreparedSubscription;
  /** Whether no newer snapshot has taken over. */
  readonly isCurrent: () => boolean;
  /** Once, when nothing of it runs any more. */
  readonly leave: () => void;
}

/**
 * Counts what holds it, at first whoever has made it. What it was made of is forgotten with the last of them: the
 * function that began a subscription waits for its end, and would keep the first snapshot for as long.
 */
export class Attempt {
  #held: Held | undefined;
  #holders = 1;

  constructor(held: Held) {
    this.#held = held;
  }

  /** Only for who holds it. */
  get prepared(): PreparedSubscription {
    if (this.#held === undefined) throw new Error('the attempt is over');
    return this.#held.prepared;
  }

  isCurrent(): boolean {
    return this.#held?.isCurrent() === true;
  }

  hold(): this {
    this.#holders += 1;
    return this;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.#held?.leave();
    this.#held = undefined;
  }
}
