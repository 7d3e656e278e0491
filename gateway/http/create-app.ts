/**
 * The HTTP side of the gateway: what every request gets (an id, a context, an end in the log), the probes, and JSON
 * for whatever goes wrong. Knows the web framework; GraphQL is behind one route.
 */

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { IDEMPOTENCY_KEY_HEADER } from '../../schema/contract/idempotency-key.ts';
import { ANONYMOUS } from '../../schema/contract/principal.ts';
import type { Stopping } from '../../schema/contract/stop-serving.ts';
import type { TlsServerFactory } from '../../schema/contract/serve-tls.ts';
import { rememberVariables } from '../base/exact-json.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { isRecord } from '../base/is-record.ts';
import type { Config } from '../config/options.ts';
import type { Identity } from '../identity/create-identity.ts';
import { readKeyHeader } from '../request/idempotency-key.ts';
import { LazyContext } from '../request/request-context.ts';
import type { DocumentsState } from '../request/create-documents.ts';
import { requestIdOf } from '../request/request-id.ts';
import type { SupergraphState } from '../request/snapshots.ts';
import type { CircuitState } from '../resilience/circuit-breaker.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { lineTeller, type Logger } from '../telemetry/create-logger.ts';
import type { HashSubject } from '../telemetry/hash-subject.ts';
import type { Meters } from '../telemetry/meters.ts';
import { RequestRecord } from '../telemetry/request-record.ts';
import { addEncodings } from './add-encodings.ts';
import { allowOrigins } from './allow-origins.ts';
import type { Admission, Place } from './admission.ts';
import { headerValues } from './header-values.ts';
import { answerBrokenRequest, sendHttpError } from './http-error.ts';
import { identifyAndCharge, type RequestCounter } from './identify-and-charge.ts';
import { METRICS_PATH } from './metrics-route.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { detailsPermit } from './readiness-details.ts';
import type { ReadinessProbe } from './readiness.ts';
import { REQUEST_ENDED, tellEnd, tellProbe, type EndParts } from './tell-end.ts';
import type { BeginSpan } from './trace-request.ts';

declare module 'fastify' {
  interface FastifyRequest {
    requestContext: LazyContext;
    /** Taken before the request is read; free when its response has closed, if not before. */
    place: Place | undefined;
  }
}

export interface AppParts {
  readonly options: Config['server'];
  readonly identity: Identity;
  readonly admission: Admission;
  readonly isReady: ReadinessProbe;
  readonly stopping: Stopping;
  readonly readiness: Config['readiness'];
  /** By subgraph. */
  readonly circuits: () => Readonly<Record<string, CircuitState>>;
  readonly servedSupergraph: () => SupergraphState;
  readonly trustedDocuments: { readonly isPrepared: () => boolean; readonly state: () => DocumentsState };
  /** Undefined where nothing is counted. */
  readonly counter: RequestCounter | undefined;
  readonly store: SharedStore;
  readonly log: Logger;
  readonly meters: Meters;
  readonly hashSubject: HashSubject;
  /** Undefined where nothing is traced. */
  readonly beginSpan: BeginSpan | undefined;
  /** Undefined for plain HTTP. */
  readonly serverFactory: TlsServerFactory | undefined;
}

type ToldParts = AppParts & EndParts;

/** How often connections are looked at for clients that take too long to send, at the most. */
const LOOK_AFTER_MS = 5_000;
const PROBES: readonly string[] = ['/live', '/ready', METRICS_PATH];

/** Not yet listening, and without the GraphQL route. */
export async function createApp(given: AppParts): Promise<FastifyInstance> {
  const parts = { ...given, tell: lineTeller(given.log, REQUEST_ENDED) };
  const { options, identity, log, serverFactory } = parts;
  const app = Fastify({
    ...(serverFactory === undefined ? {} : { serverFactory }),
    bodyLimit: options.maxBodyBytes,
    requestTimeout: options.receiveTimeoutMs,
    http: receiveTimeouts(options),
    exposeHeadRoutes: false,
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, log),
    // What fails before the hooks has no context yet.
    frameworkErrors(error, request, reply) {
      request.requestContext = beginRequest(request, reply, parts);
      sendHttpError(error, request, reply);
    },
  });
  readOnlyJson(app);
  app.decorateRequest('requestContext');
  app.decorateRequest('account');
  app.decorateRequest('place');
  app.addHook('onRequest', (request, reply, done) => {
    request.requestContext = beginRequest(request, reply, parts);
    done();
  });
  // Before anything is refused: a page may read a refusal too.
  await allowOrigins(app, options.cors);
  await addEncodings(app);
  app.addHook('onRequest', async (request, reply) => {
    if (PROBES.includes(request.url)) return;
    const context = request.requestContext;
    const place = parts.admission.enter(() => context.signal);
    request.place = place instanceof Promise ? await place : place;
    if (reply.raw.destroyed) request.place.leave();
    const identify = () => identity(authorizationsOf(request));
    const asked = context.as(await identifyAndCharge(request, parts.counter, identify));
    asked.payer = request.account;
    request.requestContext = asked;
    asked.idempotencyKey = keyOf(request);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.account !== undefined) reply.headers(rateLimitHeaders(request.account));
    if (parts.stopping.stage !== 'serving') reply.header('connection', 'close');
    done(null, payload);
  });
  app.setErrorHandler(sendHttpError);
  app.setNotFoundHandler((request, reply) => sendHttpError(new GatewayError('NOT_FOUND'), request, reply));
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

function authorizationsOf({ raw }: FastifyRequest): readonly string[] {
  return headerValues(raw.rawHeaders, 'authorization');
}

function keyOf({ raw, headers }: FastifyRequest): string | undefined {
  if (headers[IDEMPOTENCY_KEY_HEADER] === undefined) return undefined;
  return readKeyHeader(headerValues(raw.rawHeaders, IDEMPOTENCY_KEY_HEADER));
}

/** Anybody may send anything else, but it is not read (GraphQL over HTTP, section 5.4). */
function readOnlyJson(app: FastifyInstance): void {
  // A key such as `__proto__` is a name like any other in variables, and never followed.
  const parse = app.getDefaultJsonParser('ignore', 'ignore');
  const parseBody: typeof parse = (request, text, done) =>
    // The parser answers through `done`; that it may also return a promise is for parsers of another kind.
    void parse(request, text, (error, value) => {
      if (error === null) rememberVariables(value, text);
      const isOdd = isRecord(value) && Object.hasOwn(value, '__proto__');
      done(isOdd ? new GatewayError('BAD_REQUEST') : error, value);
    });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (!isUtf8(request.headers['content-type'])) done(new GatewayError('UNSUPPORTED_MEDIA_TYPE'));
    else parseBody(request, String(body), done);
  });
}

/** JSON has one encoding (RFC 8259, section 8.1), whatever else a header claims. */
function isUtf8(contentType = ''): boolean {
  // Nearly always.
  if (contentType === 'application/json') return true;
  const charsets = [...contentType.matchAll(/charset\s*=\s*"?(?<name>[^\s";]*)/gi)];
  return charsets.every(({ groups }) => /^utf-?8$/i.test(groups?.['name'] ?? ''));
}

function beginRequest(request: FastifyRequest, reply: FastifyReply, parts: ToldParts): LazyContext {
  const { options, log, beginSpan } = parts;
  const requestId = requestIdOf(request.headers['x-request-id']);
  reply.headers({
    'x-request-id': requestId,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  const nowMs = performance.now();
  const record = new RequestRecord(nowMs, request.raw.socket.bytesWritten);
  if (beginSpan !== undefined && !PROBES.includes(request.url)) record.span = beginSpan(request);
  let hangUp: AbortController | undefined;
  const response = reply.raw;
  response.once('close', () => {
    if (!response.writableFinished) {
      record.hungUp = response.headersSent ? 'answering' : 'unanswered';
      hangUp?.abort();
    }
    request.place?.leave();
    tellWhenOver(parts, request, reply);
  });
  const sources = {
    deadlineMs: nowMs + options.deadlineMs,
    signal() {
      hangUp ??= new AbortController();
      // A response that has closed says nothing any more.
      if (response.destroyed && !response.writableFinished) hangUp.abort();
      return hangUp.signal;
    },
    log: () =>
      log.child(record.span === undefined ? { requestId } : { requestId, trace_id: record.span.traceId }),
  };
  return new LazyContext(requestId, ANONYMOUS, sources, record);
}

/** At once where the client has its whole answer; where it has hung up, when nothing is done for it any more. */
function tellWhenOver(parts: ToldParts, request: FastifyRequest, reply: FastifyReply): void {
  const tell = () => {
    if (PROBES.includes(request.url)) tellProbe(parts.log, request, reply);
    else tellEnd(parts, request, reply);
  };
  const { work, hungUp } = request.requestContext.outcome;
  if (work === undefined || hungUp === undefined) tell();
  else void work.catch(() => undefined).finally(tell);
}

function addProbes(app: FastifyInstance, parts: AppParts): void {
  const { isReady, readiness, stopping } = parts;
  const mayReadDetails = detailsPermit(readiness, parts.identity);
  app.get('/live', () => ({ status: 'alive' }));
  app.get('/ready', async (request, reply) => {
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
