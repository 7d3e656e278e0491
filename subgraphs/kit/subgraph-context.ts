/**
 * What every resolver of a subgraph gets; made anew for each request. Knows no server.
 */

import type { Logger } from 'pino';

import type { Principal } from '../../schema/contract/principal.ts';
import type { Database } from './database.ts';

export interface SubgraphContext<Loaders> {
  readonly principal: Principal;
  readonly requestId: string;
  readonly log: Logger;
  readonly database: Database;
  readonly loaders: Loaders;
}
