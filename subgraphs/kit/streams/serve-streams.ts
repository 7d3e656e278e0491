/**
 * The event streams of a subgraph on both transports, over one set of open streams; they end with the server. Knows no
 * system.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { z } from 'zod';

import type { Principal } from '../../../schema/contract/principal.ts';
import { parseBody, refuseRequest } from '../refuse-caller.ts';
import type { SubgraphContext } from '../subgraph-context.ts';
import type { CallerRequest, CallerVerdict } from '../verify-caller.ts';
import type { ChangeFeed } from './change-feed.ts';
import { EventStreams } from './event-streams.ts';
import type { StreamBounds } from './open-streams.ts';
import { serveSockets } from './serve-sockets.ts';
import { acceptsEventStream, serveSse, type SseTimes } from './serve-sse.ts';
import type { SocketTimes } from './socket-session.ts';

/** What may be set otherwise; a test cannot wait for as long as a reader may. */
export type StreamSettings = Partial<StreamBounds> & {
  readonly times?: SseTimes & SocketTimes & { readonly endWithinMs?: number };
};

export interface ServingStreams<Loaders> {
  readonly path: string;
  /** With its guards. */
  readonly schema: GraphQLSchema;
  readonly log: Logger;
  readonly changes: ChangeFeed | undefined;
  readonly settings: StreamSettings | undefined;
  readonly checkCaller: (request: CallerRequest) => Promise<CallerVerdict>;
  readonly onPrincipal: (principal: Principal) => void;
  readonly createContext: (principal: Principal, requestId: string) => SubgraphContext<Loaders>;
  readonly onAnswered: (context: SubgraphContext<Loaders>) => void;
}

export interface ServedStreams {
  /** Answers a request whose caller is proven with a stream; undefined where it does not ask for one. */
  readonly answer: (
    request: FastifyRequest,
    reply: FastifyReply,
    caller: { readonly principal: Principal; readonly requestId: string },
  ) => Promise<unknown> | undefined;
}

const BOUNDS: StreamBounds = { mostStreams: 5_000, mostPending: 1_000 };
/** What is said within that is heard; a reader that takes longer begins anew elsewhere. */
const END_WITHIN_MS = 1_000;

const streamBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

export function serveStreams<Loaders>(
  server: FastifyInstance,
  options: ServingStreams<Loaders>,
): ServedStreams {
  const { path, log, checkCaller, onPrincipal, settings } = options;
  const { endWithinMs = END_WITHIN_MS, ...times } = settings?.times ?? {};
  const streams = new EventStreams<Loaders>({ ...options, bounds: { ...BOUNDS, ...settings } });
  const sockets = serveSockets(server, {
    path,
    log,
    checkCaller,
    times,
    open: (request) => {
      onPrincipal(request.principal);
      return streams.open(request);
    },
  });
  // After the time in which load balancers look elsewhere, and before the server waits for what runs.
  server.addHook('preClose', () => sockets.end(streams.end(endWithinMs), endWithinMs));
  return {
    answer: (request, reply, { principal, requestId }) => {
      if (!acceptsEventStream(request.headers.accept)) return undefined;
      const body = streamBody.safeParse(parseBody(request.body));
      if (!body.success)
        return Promise.resolve(refuseRequest(reply, 'The body is no GraphQL request in JSON.'));
      const { query, variables, operationName } = body.data;
      const asked = { query, variables: variables ?? {}, operationName: operationName ?? undefined };
      return serveSse(
        reply,
        (gone) => streams.open({ ...asked, principal, requestId, transport: 'sse', gone }),
        times,
      );
    },
  };
}
