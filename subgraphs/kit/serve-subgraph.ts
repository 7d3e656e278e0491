/**
 * A subgraph behind HTTP: only proven callers come in, each request gets its own loaders, and no fault leaves with
 * more than its code. Knows no system; everything particular is in the definition.
 */

import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import { TIMEOUT_HEADER } from '../../schema/contract/call-headers.ts';
import type { Principal } from '../../schema/contract/principal.ts';
import { stopServing, type Stopping, type StoppingTimes } from '../../schema/contract/stop-serving.ts';
import type { Database } from './database.ts';
import type { DecisionLog } from './decision-log.ts';
import { addEventRoutes, type EventReceiving } from './events/receive-events.ts';
import { formatError } from './fault.ts';
import { createHttpServer, urlOf, type HttpServerOptions } from './http-server.ts';
import { logFaults } from './log-faults.ts';
import { tellLostAnswers } from './lost-answer.ts';
import type { Permissions } from './permissions.ts';
import { addProbes } from './probes.ts';
import { callerRequestOf, parseBody, refuseCaller, refuseRequest } from './refuse-caller.ts';
import { beginRequest, runUntil } from './request-end.ts';
import { reportAccess, type AccessReport } from './report-access.ts';
import type { ChangeFeed } from './streams/change-feed.ts';
import { serveStreams, type StreamSettings } from './streams/serve-streams.ts';
import type { SubgraphContext } from './subgraph-context.ts';
import { buildGuardedSchema, type SubgraphDefinition } from './subgraph.ts';
import { runInSpan } from './telemetry/current-span.ts';
import {
  beginWatching,
  endWatching,
  traceFacts,
  watchAnswer,
  type RequestWatch,
} from './telemetry/watch-requests.ts';
import type { CallerRequest, CallerVerdict } from './verify-caller.ts';

export interface SubgraphServerOptions extends HttpServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly database: Database;
  /** Without it what runs may take ten seconds to finish, and nobody is given time to notice. */
  readonly stopping?: StoppingTimes | undefined;
  readonly checkCaller: (request: CallerRequest) => Promise<CallerVerdict>;
  /** Asked beside the live permissions; where they differ is logged, and nothing else. */
  readonly dryRunPermissions?: Permissions | undefined;
  /** Where verdicts on sensitive fields are written; who opened it closes it. */
  readonly decisionLog?: DecisionLog | undefined;
  /** By what other systems prove their events; without it none are heard. */
  readonly receiving?: Pick<EventReceiving, 'secrets' | 'nowMs' | 'toleranceMs'> | undefined;
  /** From which subscriptions hear of changes; without it none can be opened. Who opened it stops it. */
  readonly changes?: ChangeFeed | undefined;
  /** How many streams may be open, and how long they wait for what. */
  readonly streams?: StreamSettings | undefined;
  /** Metrics and traces, where they are wanted. */
  readonly watch?: RequestWatch | undefined;
}

export interface RunningSubgraph {
  /** Where the gateway asks: `http://host:port/graphql`. */
  readonly url: string;
  /**
   * Finishes the requests that run, then closes the server. The database stays open; who opened it closes it. False
   * where some took too long: their callers are cut off, but they may still run.
   */
  readonly stop: () => Promise<boolean>;
}

const STOPPING: StoppingTimes = { drainDelayMs: 0, shutdownGraceMs: 10_000 };
const PATH = '/graphql';

export async function serveSubgraph<Loaders>(
  definition: SubgraphDefinition<Loaders>,
  options: SubgraphServerOptions,
): Promise<RunningSubgraph> {
  const access = reportAccess({ ...options, permissions: definition.permissions });
  const schema = buildGuardedSchema(definition, access.guardOptions);
  const apollo = await startApollo<Loaders>(schema, options, access);
  const server = createHttpServer(options);
  const stopping: Stopping = { stage: 'serving' };
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping.stage !== 'serving') reply.header('connection', 'close');
    done(null, payload);
  });
  addProbes(server, options, stopping);
  // Not even what is here and what is not is anybody else's business.
  server.setNotFoundHandler((_request, reply) =>
    refuseCaller(reply, 'nothing else is asked here', options.log),
  );
  addGraphqlRoute(server, {
    options,
    access,
    schema,
    apollo,
    createContext: contextsOf(definition, options),
  });
  hearEvents(server, definition, options);
  await server.listen({ host: options.host, port: options.port });
  const stop = async () => {
    stopping.stage = 'stopping';
    const isInOrder = await stopServing(server, options.stopping ?? STOPPING);
    await apollo.stop();
    return isInOrder;
  };
  return { url: urlOf(server, PATH, options), stop };
}

interface Answering<Loaders> {
  readonly options: SubgraphServerOptions;
  readonly access: AccessReport;
  readonly schema: GraphQLSchema;
  readonly apollo: ApolloServer<SubgraphContext<Loaders>>;
  readonly createContext: ReturnType<typeof contextsOf<Loaders>>;
}

/** For calls and for streams. */
function addGraphqlRoute<Loaders>(
  server: FastifyInstance,
  { options, access, schema, apollo, createContext }: Answering<Loaders>,
): void {
  const { checkCaller, log, changes, streams: settings, watch = {} } = options;
  const { onPrincipal, finish: onAnswered } = access;
  const served = {
    path: PATH,
    schema,
    log,
    changes,
    settings,
    checkCaller,
    onPrincipal,
    createContext,
    onAnswered,
  };
  const streams = serveStreams<Loaders>(server, served);
  server.post(PATH, async (request, reply) => {
    const verdict = await checkCaller(callerRequestOf(request));
    if (verdict.kind === 'refused') {
      watch.metrics?.refusedCaller();
      return refuseCaller(reply, verdict.because, log);
    }
    const { principal, idempotencyKey } = verdict;
    onPrincipal(principal);
    const requestId = String(request.headers['x-request-id'] ?? '');
    const streamed = streams.answer(request, reply, { principal, requestId });
    if (streamed !== undefined) return streamed;
    const watched = beginWatching(watch, request.headers);
    const context = createContext(principal, requestId, { idempotencyKey, watched });
    const { signal, end, settle } = beginRequest(request.headers[TIMEOUT_HEADER]);
    reply.raw.once('close', end);
    try {
      const work = () => answer(apollo, { request, reply, context });
      return await runInSpan(watched.span, () => runUntil(signal, work));
    } finally {
      // What follows an answer (news to others, say) is not its concern any more.
      reply.raw.off('close', end);
      settle();
      endWatching(watch, watched, reply.statusCode);
    }
  });
}

function hearEvents(
  server: FastifyInstance,
  { events }: Pick<SubgraphDefinition<never>, 'events'>,
  options: SubgraphServerOptions,
): void {
  const { receiving, watch } = options;
  const onRefusal = (code: string) => watch?.metrics?.failed([{ extensions: { code } }]);
  if (receiving !== undefined && events !== undefined)
    addEventRoutes(server, { ...receiving, ...options, events, onRefusal });
}

/** Loaders are made anew for each. */
function contextsOf<Loaders>(
  { createLoaders }: Pick<SubgraphDefinition<Loaders>, 'createLoaders'>,
  { log, database }: SubgraphServerOptions,
) {
  return (
    principal: Principal,
    requestId: string,
    { idempotencyKey, watched }: Pick<SubgraphContext<Loaders>, 'idempotencyKey' | 'watched'> = {},
  ): SubgraphContext<Loaders> => ({
    principal,
    requestId,
    idempotencyKey,
    log: log.child({ requestId, ...(watched === undefined ? {} : traceFacts(watched)) }),
    database,
    loaders: createLoaders(database),
    watched,
  });
}

async function startApollo<Loaders>(
  schema: GraphQLSchema,
  { log, watch = {} }: SubgraphServerOptions,
  { finish }: AccessReport,
): Promise<ApolloServer<SubgraphContext<Loaders>>> {
  const apollo = new ApolloServer<SubgraphContext<Loaders>>({
    schema,
    introspection: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    logger: log,
    formatError,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      {
        requestDidStart: async () => ({
          // Here and not where the context is made, because the server executes with a copy of it.
          willSendResponse: async ({ contextValue, operation, response: { body } }) => {
            finish(contextValue);
            if (body.kind !== 'single') return;
            if (operation?.operation === 'mutation') {
              const told = tellLostAnswers(body.singleResult);
              if (told !== undefined) body.singleResult.errors = told;
            }
            const { errors = [] } = body.singleResult;
            const { operation: type, name } = operation ?? {};
            watchAnswer(watch, contextValue.watched, { type, name: name?.value, errors });
          },
          didEncounterErrors: async ({ errors, contextValue }) => logFaults(errors, contextValue.log),
        }),
      },
    ],
  });
  await apollo.start();
  return apollo;
}

interface Exchange<Loaders> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly context: SubgraphContext<Loaders>;
}

async function answer<Loaders>(
  apollo: ApolloServer<SubgraphContext<Loaders>>,
  { request, reply, context }: Exchange<Loaders>,
): Promise<FastifyReply> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const body = parseBody(request.body);
  if (body === undefined) return refuseRequest(reply, 'The body is not JSON.');
  const result = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context: async () => context,
  });
  if (result.body.kind !== 'complete') throw new Error('a subgraph answers in one piece');
  return reply
    .code(result.status ?? 200)
    .headers(Object.fromEntries(result.headers))
    .send(result.body.string);
}
