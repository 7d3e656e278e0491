/**
 * How many calls may be repeated: a share of those made lately, so that a system in trouble never gets much more to
 * do from being asked again. Knows no call; time comes in.
 */

import { RollingCount } from './rolling-count.ts';

const WINDOW_MS = 10_000;
/** Or a quiet system could never be asked again. */
const ALWAYS = 3;

export class RetryBudget {
  readonly #percent: number;
  readonly #calls = new RollingCount(WINDOW_MS);
  readonly #retries = new RollingCount(WINDOW_MS);

  constructor(percent: number) {
    this.#percent = percent;
  }

  /** A call is made for the first time. */
  spend(nowMs: number): void {
    this.#calls.add(nowMs);
  }

  /** Whether a call may be repeated; if so, it counts. */
  take(nowMs: number): boolean {
    const allowed = Math.max(ALWAYS, (this.#calls.total(nowMs) * this.#percent) / 100);
    if (this.#retries.total(nowMs) + 1 > allowed) return false;
    this.#retries.add(nowMs);
    return true;
  }
}
