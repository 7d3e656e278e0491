/**
 * Which store the gateway has: Redis where an address is given, else the memory of this process. Knows no key.
 */

import type { Config } from '../config/options.ts';
import { SYSTEM_CLOCK } from '../resilience/clock.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { MemoryStore } from './memory-store.ts';
import type { SharedStore } from './shared-store.ts';

/** A Redis that is away is no reason not to start. Throws StartRefused where its authorities cannot be read. */
export async function createStore(options: Config['store'], log: Logger): Promise<SharedStore> {
  const { redisUrl } = options;
  if (redisUrl === undefined) return new MemoryStore(SYSTEM_CLOCK);
  // Its library takes 4 MB, and is not even read where nobody needs it.
  const { RedisStore } = await import('./redis-store.ts');
  return RedisStore.connect({ ...options, redisUrl }, { log, clock: SYSTEM_CLOCK });
}
