/**
 * What every resolver of a subgraph gets; made anew for each request. Knows no server.
 */

import type { Logger } from 'pino';

import type { Principal } from '../../schema/contract/principal.ts';
import type { Database } from './database.ts';
import type { WatchedRequest } from './telemetry/watch-requests.ts';

export interface SubgraphContext<Loaders> {
  readonly principal: Principal;
  readonly requestId: string;
  /** Under which a mutation takes effect once; proven to come from the gateway. */
  readonly idempotencyKey?: string | undefined;
  readonly log: Logger;
  readonly database: Database;
  readonly loaders: Loaders;
  /** What operators see of the request. */
  readonly watched?: WatchedRequest | undefined;
}
