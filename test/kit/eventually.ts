/**
 * Waits until something holds, looking again and again, up to a limit. Knows nothing of what it is.
 */

import { setTimeout as pause } from 'node:timers/promises';

import { PATIENCE_MS } from './patience.ts';

export async function eventually(holds: () => boolean, what = 'it'): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > until) throw new Error(`${what} did not come about in time`);
    await pause(5);
  }
}
