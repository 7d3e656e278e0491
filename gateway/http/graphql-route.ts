/**
 * POST and GET /graphql: an HTTP request handed to the GraphQL server and its answer handed back (GraphQL over
 * HTTP). What status and headers an answer has is the server's to say. Knows nothing of tokens.
 */

import { METHODS } from 'node:http';
import { Readable } from 'node:stream';

import { HeaderMap, type ApolloServer, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import type { Limits } from '../operation/create-limits.ts';
import { initialPayload, laterPayloads } from '../request/answer-in-payloads.ts';
import { holdAnswerToLimit, holdRequestToLimits } from '../request/hold-to-limits.ts';
import type { IncrementalFormat } from '../request/incremental-format.ts';
import { runInRequest, type RequestContext } from '../request/request-context.ts';
import type { Documents } from '../request/create-documents.ts';
import type { Snapshots } from '../request/snapshots.ts';

import { answerList } from './answer-list.ts';
import { acceptForWhole, incrementalFormatOf } from './accept-incremental.ts';
import type { ContentTypes } from './content-types.ts';
import { addReservations, answerLive, type EventStreamParts } from './event-stream-route.ts';
import { GRAPHQL_PATH } from './graphql-path.ts';
import { multipartBody } from './multipart.ts';
import { withNamedDocument, type AskedRequest } from './named-document.ts';
import { PIECE_BY_PIECE } from './piece-by-piece.ts';
import { askForCalls } from './report-headers.ts';
import { refuseCrossSite } from './refuse-cross-site.ts';
import type { ShortWay } from './short-way.ts';
import { statusForJson } from './status-for-json.ts';
import type { Visit } from './visit.ts';

export interface GraphqlRouteParts {
  readonly snapshots: Snapshots;
  readonly limits: Config['limits'];
  /** The same, with what was measured already. */
  readonly measured: Limits;
  readonly documents: Documents;
  readonly contentTypes: ContentTypes;
  readonly shortWay: ShortWay;
  readonly batching: Config['batching'];
  readonly server: Pick<Config['server'], 'cors'>;
  /** Who holds them all is told what the systems took; undefined where nobody is. */
  readonly toldScopes: readonly string[] | undefined;
  /** Undefined where there are no live updates. */
  readonly events: EventStreamParts | undefined;
}

export function addGraphqlRoute(app: FastifyInstance, parts: GraphqlRouteParts): void {
  const respond = createResponder(parts);
  const paths =
    parts.documents.mode === 'off' ? [GRAPHQL_PATH] : [GRAPHQL_PATH, `${GRAPHQL_PATH}/:documentId`];
  const ask = {
    method: ['GET', 'POST'],
    handler(request: FastifyRequest, reply: FastifyReply) {
      const { outcome: record } = request.visit.context;
      record.handled();
      record.work = respond(request, reply);
      return record.work;
    },
  };
  for (const url of paths) app.route({ ...ask, url });
  refuseOtherMethods(app, parts);
}

function createResponder(parts: GraphqlRouteParts) {
  const { snapshots, documents, contentTypes, shortWay, measured: limits } = parts;
  const { maxAnswerBytes } = parts.limits;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    refuseCrossSite(request, parts.server.cors);
    const live = parts.events && answerLive(parts.events, request, reply);
    if (live !== undefined) return live;
    if (Array.isArray(request.body)) return await answerList(request.body, parts, { request, reply });
    const { headers, visit } = request;
    const format = noteWishes(visit, parts.toldScopes);
    const { context, known } = visit;
    const named = known?.asked ?? withNamedDocument(request, documents);
    const asked = named instanceof Promise ? await named : named;
    const isPost = request.method === 'POST';
    const short = isPost ? await (known?.short ?? shortWay(asked.body, headers, context)) : undefined;
    if (short !== undefined)
      return await reply.code(short.status).header('content-type', short.contentType).send(short.text);
    const { snapshot, leave } = snapshots.enter();
    try {
      const { server } = snapshot;
      return await answer({ server, contentTypes, format, limits, maxAnswerBytes, asked }, request, reply);
    } finally {
      // When the last part has been sent.
      leave();
    }
  };
}

/** What the headers want the answer to be like; gives the format in which the client takes it in parts. */
export function noteWishes(
  visit: Visit,
  toldScopes: GraphqlRouteParts['toldScopes'],
): IncrementalFormat | undefined {
  const { context, request } = visit;
  const { headers } = request;
  const format = incrementalFormatOf(headers.accept);
  if (format !== undefined) context.delivery = { repeats: format.repeats, answer: undefined };
  context.reportsCost = headers['x-report-cost'] === 'true';
  askForCalls(visit, toldScopes);
  return format;
}

/** Every method that Node reads: who uses one that is rare would else read that there is no endpoint. */
function refuseOtherMethods(app: FastifyInstance, { events }: GraphqlRouteParts): void {
  const others: readonly HTTPMethods[] =
    events === undefined ? [] : addReservations(app, GRAPHQL_PATH, events);
  const answered = ['GET', 'POST', ...others];
  const method = METHODS.filter((name) => !answered.includes(name) && name !== 'CONNECT');
  for (const name of method) if (!app.supportedMethods.includes(name)) app.addHttpMethod(name);
  // Before the body is looked at, whatever it is.
  const refuse = (_request: FastifyRequest, reply: FastifyReply): Promise<never> => {
    reply.header('allow', answered.join(', '));
    return Promise.reject(new GatewayError('METHOD_NOT_ALLOWED'));
  };
  app.route({ method, url: GRAPHQL_PATH, onRequest: refuse, handler: refuse });
}

export interface LongWay {
  readonly asked: AskedRequest;
  readonly server: ApolloServer<RequestContext>;
  readonly contentTypes: ContentTypes;
  /** In which the client takes an answer in parts. */
  readonly format: IncrementalFormat | undefined;
  readonly limits: Limits;
  readonly maxAnswerBytes: number;
}

/** The whole way of a request through the server library. */
export async function answer(
  { server, contentTypes, format, limits, maxAnswerBytes, asked }: LongWay,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { context } = request.visit;
  const httpGraphQLRequest = graphqlRequestOf(request, asked);
  context.outcome.way = 'long';
  holdRequestToLimits(httpGraphQLRequest, limits);
  const response = await runInRequest(context, () =>
    server.executeHTTPGraphQLRequest({
      httpGraphQLRequest,
      context: () => Promise.resolve(context),
    }),
  );
  context.outcome.executed();
  for (const [name, value] of response.headers) reply.header(name, value);
  reply.code(statusForJson(request.headers.accept, response.status ?? 200, context.outcome.errorCodes));
  // The server library executes nothing itself here, so its answers are complete.
  if (response.body.kind !== 'complete') throw new GatewayError('INTERNAL');
  holdAnswerToLimit(response.body.string, maxAnswerBytes);
  const deferred = context.delivery?.answer;
  if (deferred !== undefined && format !== undefined) {
    const first = initialPayload(response.body.string, deferred, format);
    const contentType = `multipart/mixed; boundary="-"; ${format.parameter}`;
    reply.headers({ ...PIECE_BY_PIECE, 'content-type': contentType });
    const size = { sentBytes: Buffer.byteLength(first), maxAnswerBytes };
    const later = laterPayloads(deferred, format, context, size);
    return reply.send(Readable.from(multipartBody(first, later)));
  }
  if (response.status === undefined) {
    contentTypes.learn(request.headers.accept, response.headers.get('content-type'));
  }
  return reply.send(response.body.string);
}

function graphqlRequestOf(request: FastifyRequest, { body, search }: AskedRequest): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { accept } = request.headers;
  if (accept !== undefined && request.visit.context.delivery !== undefined)
    headers.set('accept', acceptForWhole(accept));
  return { method: request.method, headers, body, search };
}
