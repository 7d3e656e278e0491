/**
 * POST and GET /graphql: an HTTP request handed to the GraphQL server and its answer handed back (GraphQL over
 * HTTP). What status and headers an answer has is the server's to say. Knows nothing of tokens.
 */

import { Readable } from 'node:stream';

import { HeaderMap, type ApolloServer, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { createLimits, type Limits } from '../operation/create-limits.ts';
import { initialPayload, laterPayloads } from '../request/answer-in-payloads.ts';
import { answerPrepared } from '../request/answer-prepared.ts';
import { holdAnswerToLimit, holdRequestToLimits } from '../request/hold-to-limits.ts';
import type { IncrementalFormat } from '../request/incremental-format.ts';
import { runInRequest, type RequestContext } from '../request/request-context.ts';
import type { Documents } from '../request/create-documents.ts';
import type { Snapshots } from '../request/snapshots.ts';

import { answerList } from './answer-list.ts';
import { acceptForWhole, incrementalFormatOf } from './accept-incremental.ts';
import { createContentTypes, type ContentTypes } from './content-types.ts';
import { addReservations, answerLive, type EventStreamParts } from './event-stream-route.ts';
import { multipartBody } from './multipart.ts';
import { withNamedDocument, type AskedRequest } from './named-document.ts';
import { askForCalls } from './report-headers.ts';
import { refuseCrossSite } from './refuse-cross-site.ts';
import { statusForJson } from './status-for-json.ts';

export const GRAPHQL_PATH = '/graphql';

export interface GraphqlRouteParts {
  readonly snapshots: Snapshots;
  readonly limits: Config['limits'];
  readonly documents: Documents;
  readonly batching: Config['batching'];
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
      const { outcome: record } = request.requestContext;
      record.handled();
      record.work = respond(request, reply);
      return record.work;
    },
  };
  for (const url of paths) app.route({ ...ask, url });
  refuseOtherMethods(app, parts);
}

function createResponder(parts: GraphqlRouteParts) {
  const { maxAnswerBytes } = parts.limits;
  const limits = createLimits(parts.limits);
  const contentTypes = createContentTypes();
  const { documents } = parts;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    refuseCrossSite(request);
    const live = parts.events && answerLive(parts.events, request, reply);
    if (live !== undefined) return live;
    if (Array.isArray(request.body))
      return await answerList(request.body, { ...parts, measured: limits }, { request, reply });
    const { snapshot, leave } = parts.snapshots.enter();
    const { server, prepared, costs } = snapshot;
    const { accept } = request.headers;
    const format = noteWishes(request, parts.toldScopes);
    try {
      const named = withNamedDocument(request, documents);
      const asked = named instanceof Promise ? await named : named;
      const contentType = request.method === 'POST' ? contentTypes.known(accept) : undefined;
      const answered =
        prepared === undefined || contentType === undefined
          ? undefined
          : answerPrepared({ prepared, costs, limits, documents }, asked.body, request.requestContext);
      const short = answered === undefined ? undefined : await answered;
      if (short === undefined)
        return await answer({ server, contentTypes, format, limits, maxAnswerBytes, asked }, request, reply);
      const { status, text } = short;
      request.requestContext.outcome.executed();
      holdAnswerToLimit(text, maxAnswerBytes);
      return await reply.code(status).header('content-type', contentType).send(text);
    } finally {
      leave();
    }
  };
}

/** What the headers want the answer to be like; gives the format in which the client takes it in parts. */
function noteWishes(
  request: FastifyRequest,
  toldScopes: GraphqlRouteParts['toldScopes'],
): IncrementalFormat | undefined {
  const { headers, requestContext } = request;
  const format = incrementalFormatOf(headers.accept);
  if (format !== undefined) requestContext.delivery = { repeats: format.repeats, answer: undefined };
  requestContext.reportsCost = headers['x-report-cost'] === 'true';
  askForCalls(request, toldScopes);
  return format;
}

function refuseOtherMethods(app: FastifyInstance, { events }: GraphqlRouteParts): void {
  const others: readonly HTTPMethods[] =
    events === undefined ? [] : addReservations(app, GRAPHQL_PATH, events);
  app.route({
    method: ['DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'PUT'].filter((method) => !others.includes(method)),
    url: GRAPHQL_PATH,
    handler(_request, reply) {
      reply.header('allow', ['GET', 'POST', ...others].join(', '));
      throw new GatewayError('METHOD_NOT_ALLOWED');
    },
  });
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
  const { requestContext: context } = request;
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
    reply.header('content-type', `multipart/mixed; boundary="-"; ${format.parameter}`);
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
  if (accept !== undefined && request.requestContext.delivery !== undefined)
    headers.set('accept', acceptForWhole(accept));
  return { method: request.method, headers, body, search };
}
