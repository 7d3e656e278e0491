/**
 * Long work in short turns: between two of them whoever else waits for the event loop has theirs. Knows no work.
 */

import { setImmediate } from 'node:timers/promises';

/** Longer would be felt by requests that run meanwhile. */
const TURN_MS = 5;

/** Gives the items one after another, and lets others in when the work on them has taken its turn. */
export async function* inTurns<Item>(items: Iterable<Item>): AsyncGenerator<Item, void> {
  let turnEndsAtMs = performance.now() + TURN_MS;
  for (const item of items) {
    yield item;
    if (performance.now() < turnEndsAtMs) continue;
    await setImmediate();
    turnEndsAtMs = performance.now() + TURN_MS;
  }
}
