/**
 * Which store the gateway has: Redis where an address is given, else the memory of this process. Knows no key.
 */

import { StartRefused } from '../base/start-refused.ts';
import type { Config } from '../config/options.ts';
import { SYSTEM_CLOCK } from '../resilience/clock.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { MemoryStore } from './memory-store.ts';
import { reasonOf } from './redis-commands.ts';
import { RedisStore } from './redis-store.ts';
import type { SharedStore } from './shared-store.ts';

/** A Redis that is away is no reason not to start. Throws StartRefused where its authorities cannot be read. */
export async function createStore(options: Config['store'], log: Logger): Promise<SharedStore> {
  const { redisUrl } = options;
  if (redisUrl === undefined) return new MemoryStore(SYSTEM_CLOCK);
  try {
    return await RedisStore.connect({ ...options, redisUrl }, { log, clock: SYSTEM_CLOCK });
  } catch (error) {
    throw new StartRefused([`store.caFile cannot be used (${reasonOf(error)}).`]);
  }
}
