/**
 * The HTTP side of the gateway: what every request gets (an id, a context, an end in the log), the probes, and JSON
 * for whatever goes wrong. Knows the web framework; GraphQL is behind one route.
 */

import type { IncomingMessage } from 'node:http';
import { Readable, type Duplex } from 'node:stream';

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import type { Stopping } from '../../schema/contract/stop-serving.ts';
import type { TlsServerFactory } from '../../schema/contract/serve-tls.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import type { Identity } from '../identity/create-identity.ts';
import type { DocumentsState } from '../request/create-documents.ts';
import type { SupergraphState } from '../request/snapshots.ts';
import type { CircuitState } from '../resilience/circuit-breaker.ts';
import type { SharedStore } from '../store/shared-store.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { addEncodings } from './add-encodings.ts';
import { allowOrigins, originHeaders } from './allow-origins.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { withoutSlashBehind } from './graphql-path.ts';
import { sendHttpError } from './http-error.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { isUtf8, readJson } from './read-json.ts';
import { detailsPermit } from './readiness-details.ts';
import type { ReadinessProbe } from './readiness.ts';
import { refuseTurn } from './refuse-connection.ts';
import type { Visit } from './visit.ts';
import { isProbe, type Visits } from './visits.ts';
import { asksForSocket } from './websocket-door.ts';

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit;
  }
}

export interface AppParts {
  readonly options: Config['server'];
  readonly identity: Identity;
  readonly visits: Visits;
  readonly isReady: ReadinessProbe;
  readonly stopping: Stopping;
  readonly readiness: Config['readiness'];
  /** By subgraph. */
  readonly circuits: () => Readonly<Record<string, CircuitState>>;
  readonly servedSupergraph: () => SupergraphState;
  readonly trustedDocuments: { readonly isPrepared: () => boolean; readonly state: () => DocumentsState };
  readonly store: SharedStore;
  readonly log: Logger;
  /** Undefined for plain HTTP. */
  readonly serverFactory: TlsServerFactory | undefined;
}

/** How often connections are looked at for clients that take too long to send, at the most. */
const LOOK_AFTER_MS = 5_000;

/** Monitors and load balancers ask for the head alone. */
const PROBE = { exposeHeadRoute: true };

/** Not yet listening, and without the GraphQL route. */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const { options, visits, serverFactory } = parts;
  const app: FastifyInstance = Fastify({
    ...(serverFactory === undefined ? {} : { serverFactory }),
    rewriteUrl: ({ url = '' }) => withoutSlashBehind(url),
    bodyLimit: options.maxBodyBytes,
    requestTimeout: options.receiveTimeoutMs,
    http: {
      ...receiveTimeouts(options),
      // Node would refuse it without a word; `refuseMisread` does it as everything else is refused.
      requireHostHeader: false,
      // Without it whoever offers any other protocol would be taken for somebody who wants a WebSocket.
      shouldUpgradeCallback: (request) => app.server.listenerCount('upgrade') > 0 && asksForSocket(request),
    },
    exposeHeadRoutes: false,
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, { visits, cors: options.cors }),
    // What fails before the hooks is no visit yet.
    frameworkErrors(error, request, reply) {
      beginVisit(visits, request, reply);
      reply.headers(originHeaders(request.headers.origin, options.cors));
      sendHttpError(error, request, reply);
    },
  });
  // Routes have the one that is there when they are declared.
  app.setErrorHandler(sendHttpError);
  readOnlyJson(app);
  app.decorateRequest('visit');
  app.addHook('onRequest', (request, reply, done) => {
    beginVisit(visits, request, reply);
    done();
  });
  // Before anything is refused: a page may read a refusal too.
  await allowOrigins(app, options.cors);
  await addEncodings(app);
  refuseMisread(app);
  answerExpectations(app, options);
  app.server.on('connect', (request, socket) => refuseTunnel(request, socket, visits));
  app.addHook('onRequest', async ({ raw, visit, is404 }) => {
    if (!isProbe(raw)) await visits.admit(visit);
    // Whatever comes with it is not waited for.
    if (is404) throw new GatewayError('NOT_FOUND');
  });
  app.addHook('preParsing', ({ visit: { known } }, _reply, payload, done) => {
    done(null, known === undefined ? payload : Readable.from([known.body]));
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const { account } = request.visit;
    if (account !== undefined) reply.headers(rateLimitHeaders(account));
    if (parts.stopping.stage !== 'serving') reply.header('connection', 'close');
    done(null, payload);
  });
  addProbes(app, parts);
  return app;
}

/**
 * Without a limit a few slow clients could hold every connection. The one for heads is set with the one for requests:
 * where it is the longer of the two, Node takes each for the other.
 */
function receiveTimeouts({ receiveTimeoutMs: timeoutMs }: AppParts['options']) {
  const connectionsCheckingInterval = Math.min(LOOK_AFTER_MS, timeoutMs);
  return { requestTimeout: timeoutMs, headersTimeout: timeoutMs, connectionsCheckingInterval };
}

/** RFC 9110, section 10.1.1. */
function answerExpectations({ server }: FastifyInstance, { maxBodyBytes }: AppParts['options']): void {
  // What nobody here knows is as if the client had not said so.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('checkContinue', (request, response) => {
    // Nobody need send what is too large by its own account.
    if (!(Number(request.headers['content-length']) > maxBodyBytes)) response.writeContinue();
    server.emit('request', request, response);
  });
}

/** Node would hang up without a word. */
function refuseTunnel(request: IncomingMessage, socket: Duplex, visits: Visits): void {
  socket.on('error', () => socket.destroy());
  const error = new GatewayError('METHOD_NOT_ALLOWED');
  refuseTurn({ request, socket, error, sentence: 'tunnel refused' }, visits);
}

/** What Node reads all the same, or would refuse without a word (RFC 9112, sections 3.2 and 6.1). */
function refuseMisread(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { headers, httpVersion } }, _reply, done) => {
    if (headers.host === undefined && httpVersion === '1.1')
      done(new GatewayError('BAD_REQUEST', { reason: 'The request has no Host header.' }));
    // Of several codings it takes off the last one.
    else if (headers['transfer-encoding']?.includes(',') === true)
      done(new GatewayError('UNSUPPORTED_TRANSFER_CODING'));
    else done();
  });
}

/** Anybody may send anything else, but it is not read (GraphQL over HTTP, section 5.4). */
function readOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (!isUtf8(request.headers['content-type'])) done(new GatewayError('UNSUPPORTED_MEDIA_TYPE'));
    else done(null, readJson(String(body)));
  });
}

/** One that the framework got from a door of our own has begun there. */
function beginVisit(visits: Visits, request: FastifyRequest, reply: FastifyReply): void {
  const visit = request.raw.visit ?? visits.begin(request.raw, reply.raw);
  visit.route = request.routeOptions.url;
  visit.contentLength = () => reply.getHeader('content-length');
  request.visit = visit;
  reply.headers(visit.headers);
}

function addProbes(app: FastifyInstance, parts: AppParts): void {
  const { isReady, readiness, stopping } = parts;
  const mayReadDetails = detailsPermit(readiness, parts.identity);
  app.get('/live', PROBE, () => ({ status: 'alive' }));
  app.get('/ready', PROBE, async (request, reply) => {
    // Asked first: what the probe found a moment ago is of no interest to whoever must look elsewhere.
    if (stopping.stage === 'stopping') return reply.code(503).send({ status: 'stopping' });
    const documents = parts.trustedDocuments.state();
    const { kind, ...store } = parts.store.state;
    const details = {
      circuits: parts.circuits(),
      supergraph: parts.servedSupergraph(),
      ...(documents.mode === 'off' ? {} : { documents }),
      ...(kind === 'redis' ? { store } : {}),
    };
    if (!parts.trustedDocuments.isPrepared()) {
      const told = (await mayReadDetails(request)) ? details : {};
      return reply.code(503).send({ status: 'preparing', ...told });
    }
    const { failures, servesSome } = await isReady();
    const isServing = failures.length === 0 || (servesSome && readiness.minimum === 'some');
    const status = failures.length === 0 ? 'ready' : isServing ? 'degraded' : 'not ready';
    reply.code(isServing ? 200 : 503);
    if (!(await mayReadDetails(request))) return { status };
    return { status, ...(failures.length === 0 ? {} : { failures }), ...details };
  });
}
