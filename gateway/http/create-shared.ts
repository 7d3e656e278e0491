/**
 * What the gateway may share with others, and what counts by it, as the options want it. Does nothing itself.
 */

import type { Config } from '../config/options.ts';
import { createClientAddress } from '../request/client-address.ts';
import { createRateLimits } from '../request/rate-limits.ts';
import { createStore } from '../store/create-store.ts';
import type { SharedStore } from '../store/shared-store.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import type { RequestCounter } from './identify-and-charge.ts';

export interface Shared {
  readonly store: SharedStore;
  /** Undefined where nothing is counted. */
  readonly counter: RequestCounter | undefined;
}

/** Throws StartRefused. */
export async function createShared(config: Config, log: Logger): Promise<Shared> {
  const store = await createStore(config.store, log);
  const rates = createRateLimits(config.rateLimits, store);
  if (rates === undefined) return { store, counter: undefined };
  const { workers } = config.server;
  if (workers !== 1 && store.state.kind === 'memory')
    log.warn(
      { workers },
      'each worker counts for itself, so rate limits are as many times as high; set REDIS_URL',
    );
  return { store, counter: { rates, addressOf: createClientAddress(config.server) } };
}
