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
import type { Snapshots } from '../request/snapshots.ts';

import { acceptForWhole, incrementalFormatOf } from './accept-incremental.ts';
import { createContentTypes, type ContentTypes } from './content-types.ts';
import { addReservations, answerLive, type EventStreamParts } from './event-stream-route.ts';
import { multipartBody } from './multipart.ts';
import { refuseCrossSite } from './refuse-cross-site.ts';
import { statusForJson } from './status-for-json.ts';

export const GRAPHQL_PATH = '/graphql';

export interface GraphqlRouteParts {
  readonly snapshots: Snapshots;
  readonly limits: Config['limits'];
  /** Undefined where there are no live updates. */
  readonly events: EventStreamParts | undefined;
}

export function addGraphqlRoute(app: FastifyInstance, parts: GraphqlRouteParts): void {
  const { maxAnswerBytes } = parts.limits;
  const limits = createLimits(parts.limits);
  const contentTypes = createContentTypes();
  app.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    async handler(request, reply) {
      refuseCrossSite(request);
      const live = parts.events && answerLive(parts.events, request, reply);
      if (live !== undefined) return live;
      const { snapshot, leave } = parts.snapshots.enter();
      const { server, prepared, costs } = snapshot;
      const { accept } = request.headers;
      const format = incrementalFormatOf(accept);
      if (format !== undefined)
        request.requestContext.delivery = { repeats: format.repeats, answer: undefined };
      request.requestContext.reportsCost = request.headers['x-report-cost'] === 'true';
      try {
        const contentType = request.method === 'POST' ? contentTypes.known(accept) : undefined;
        const answered =
          prepared === undefined || contentType === undefined
            ? undefined
            : answerPrepared({ prepared, costs, limits }, request.body, request.requestContext);
        if (answered === undefined)
          return await answer({ server, contentTypes, format, limits, maxAnswerBytes }, request, reply);
        const { status, text } = await answered;
        holdAnswerToLimit(text, maxAnswerBytes);
        return await reply.code(status).header('content-type', contentType).send(text);
      } finally {
        leave();
      }
    },
  });
  const { events } = parts;
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

interface LongWay {
  readonly server: ApolloServer<RequestContext>;
  readonly contentTypes: ContentTypes;
  /** In which the client takes an answer in parts. */
  readonly format: IncrementalFormat | undefined;
  readonly limits: Limits;
  readonly maxAnswerBytes: number;
}

async function answer(
  { server, contentTypes, format, limits, maxAnswerBytes }: LongWay,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { requestContext: context } = request;
  const httpGraphQLRequest = graphqlRequestOf(request);
  holdRequestToLimits(httpGraphQLRequest, limits);
  const response = await runInRequest(context, () =>
    server.executeHTTPGraphQLRequest({
      httpGraphQLRequest,
      context: () => Promise.resolve(context),
    }),
  );
  for (const [name, value] of response.headers) reply.header(name, value);
  reply.code(statusForJson(request.headers.accept, response.status ?? 200, context.outcome.errorCodes));
  // The server library executes nothing itself here, so its answers are complete.
  if (response.body.kind !== 'complete') throw new GatewayError('INTERNAL');
  holdAnswerToLimit(response.body.string, maxAnswerBytes);
  const deferred = context.delivery?.answer;
  if (deferred !== undefined && format !== undefined) {
    const first = initialPayload(response.body.string, deferred, format);
    reply.header('content-type', `multipart/mixed; boundary="-"; ${format.parameter}`);
    return reply.send(Readable.from(multipartBody(first, laterPayloads(deferred, format, context))));
  }
  if (response.status === undefined) {
    contentTypes.learn(request.headers.accept, response.headers.get('content-type'));
  }
  return reply.send(response.body.string);
}

function graphqlRequestOf(request: FastifyRequest): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { accept } = request.headers;
  if (accept !== undefined && request.requestContext.delivery !== undefined)
    headers.set('accept', acceptForWhole(accept));
  const { method, url, body } = request;
  const question = url.indexOf('?');
  return { method, headers, body, search: question < 0 ? '' : url.slice(question) };
}
