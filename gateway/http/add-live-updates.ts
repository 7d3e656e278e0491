/**
 * Live updates put together for one gateway: the WebSocket door, and what event streams need. Knows which parts there
 * are; does nothing itself.
 */

import type { FastifyInstance } from 'fastify';

import type { Config } from '../config/options.ts';
import type { Identity } from '../identity/create-identity.ts';
import { createLimits } from '../operation/create-limits.ts';
import type { Documents } from '../request/create-documents.ts';
import { createClientAddress } from '../request/client-address.ts';
import type { Snapshots } from '../request/snapshots.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import type { Meters } from '../telemetry/meters.ts';
import type { Admission } from './admission.ts';
import type { EventStreamParts } from './event-stream-route.ts';
import { GRAPHQL_PATH } from './graphql-path.ts';
import type { RequestCounter } from './identify-and-charge.ts';
import { LiveUpdates } from './live-updates.ts';
import { SingleConnections } from './single-connection.ts';
import type { Visits } from './visits.ts';
import { openWebSocketDoor } from './websocket-door.ts';

export interface LiveUpdatesParts {
  readonly config: Pick<Config, 'server' | 'limits' | 'subscriptions'>;
  readonly identity: Identity;
  readonly admission: Admission;
  readonly snapshots: Snapshots;
  readonly documents: Documents;
  /** Undefined where nothing is counted. */
  readonly counter: RequestCounter | undefined;
  readonly visits: Visits;
  readonly log: Logger;
  readonly meters: Meters;
}

/** Undefined where they are switched off. */
export function addLiveUpdates(app: FastifyInstance, parts: LiveUpdatesParts): EventStreamParts | undefined {
  const { config, identity, admission, snapshots, documents, counter, visits, log, meters } = parts;
  const { server, limits, subscriptions } = config;
  if (!subscriptions.enabled) return undefined;
  const live = {
    live: new LiveUpdates(subscriptions, createClientAddress(server)),
    snapshots,
    documents,
    counter,
    limits: createLimits(limits),
    maxAnswerBytes: limits.maxAnswerBytes,
    deadlineMs: server.deadlineMs,
    identity,
    admission,
    log,
    meters,
  };
  const { maxBodyBytes: maxMessageBytes, cors } = server;
  openWebSocketDoor(app.server, { ...live, path: GRAPHQL_PATH, maxMessageBytes, cors, visits });
  return { ...live, single: new SingleConnections(live) };
}
