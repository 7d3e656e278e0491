/**
 * Waits until something holds, looking again and again, up to a limit. Knows nothing of what it is.
 */

import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 10_000;

export async function eventually(holds: () => boolean, what = 'it'): Promise<void> {
  const until = performance.now() + LIMIT_MS;
  while (!holds()) {
    if (performance.now() > until) throw new Error(`${what} did not come about in time`);
    await pause(5);
  }
}
