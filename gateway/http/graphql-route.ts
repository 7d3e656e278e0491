/**
 * POST and GET /graphql: an HTTP request handed to the GraphQL server and its answer handed back (GraphQL over
 * HTTP). What status and headers an answer has is the server's to say. Knows nothing of tokens.
 */

import { Readable } from 'node:stream';

import { HeaderMap, type ApolloServer, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import { initialPayload, laterPayloads } from '../request/answer-in-payloads.ts';
import { answerPrepared } from '../request/answer-prepared.ts';
import type { IncrementalFormat } from '../request/incremental-format.ts';
import { runInRequest, type RequestContext } from '../request/request-context.ts';
import type { Snapshots } from '../request/snapshots.ts';

import { acceptForWhole, incrementalFormatOf } from './accept-incremental.ts';
import { createContentTypes, type ContentTypes } from './content-types.ts';
import { multipartBody } from './multipart.ts';

const PATH = '/graphql';

export function addGraphqlRoute(app: FastifyInstance, snapshots: Snapshots): void {
  const contentTypes = createContentTypes();
  app.route({
    method: ['GET', 'POST'],
    url: PATH,
    async handler(request, reply) {
      const { snapshot, leave } = snapshots.enter();
      const { server, prepared } = snapshot;
      const { accept } = request.headers;
      const format = incrementalFormatOf(accept);
      if (format !== undefined)
        request.requestContext.delivery = { repeats: format.repeats, answer: undefined };
      try {
        const contentType = request.method === 'POST' ? contentTypes.known(accept) : undefined;
        const answered =
          prepared === undefined || contentType === undefined
            ? undefined
            : answerPrepared(prepared, request.body, request.requestContext);
        if (answered === undefined) return await answer({ server, contentTypes, format }, request, reply);
        const text = await answered;
        return await reply.header('content-type', contentType).send(text);
      } finally {
        leave();
      }
    },
  });
  app.route({
    method: ['DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'PUT'],
    url: PATH,
    handler(_request, reply) {
      reply.header('allow', 'GET, POST');
      throw new GatewayError('METHOD_NOT_ALLOWED');
    },
  });
}

interface LongWay {
  readonly server: ApolloServer<RequestContext>;
  readonly contentTypes: ContentTypes;
  /** In which the client takes an answer in parts. */
  readonly format: IncrementalFormat | undefined;
}

async function answer(
  { server, contentTypes, format }: LongWay,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { requestContext: context } = request;
  const response = await runInRequest(context, () =>
    server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: graphqlRequestOf(request),
      context: () => Promise.resolve(context),
    }),
  );
  for (const [name, value] of response.headers) reply.header(name, value);
  reply.code(response.status ?? 200);
  // The server library executes nothing itself here, so its answers are complete.
  if (response.body.kind !== 'complete') throw new GatewayError('INTERNAL');
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
