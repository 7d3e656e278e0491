/**
 * What resolvers get for one request of a proven caller. Knows no server library.
 */

import type { IncomingHttpHeaders } from 'node:http';

import type { Logger } from 'pino';

import type { Database } from './database.ts';
import type { SubgraphContext } from './subgraph-context.ts';
import type { SubgraphDefinition } from './subgraph.ts';
import { traceFacts, type WatchedRequest } from './telemetry/watch-requests.ts';
import type { CallerVerdict } from './verify-caller.ts';

export interface ProvenRequest {
  readonly request: { readonly headers: IncomingHttpHeaders };
  readonly verdict: Extract<CallerVerdict, { readonly kind: 'proven' }>;
  readonly watched: WatchedRequest;
}

/** With loaders of its own. */
export function contextOf<Loaders>(
  { createLoaders }: Pick<SubgraphDefinition<Loaders>, 'createLoaders'>,
  { database, log }: { readonly database: Database; readonly log: Logger },
  { request, verdict: { principal, idempotencyKey }, watched }: ProvenRequest,
): SubgraphContext<Loaders> {
  const requestId = String(request.headers['x-request-id'] ?? '');
  return {
    principal,
    requestId,
    idempotencyKey,
    log: log.child({ requestId, ...traceFacts(watched) }),
    database,
    loaders: createLoaders(database),
    watched,
  };
}
