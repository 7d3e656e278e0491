/**
 * POST and GET /graphql: an HTTP request handed to the GraphQL server and its answer handed back (GraphQL over
 * HTTP). What status and headers an answer has is the server's to say. Knows nothing of tokens.
 */

import { HeaderMap, type ApolloServer, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import { answerPrepared } from '../request/answer-prepared.ts';
import { runInRequest, type RequestContext } from '../request/request-context.ts';
import type { Snapshots } from '../request/snapshots.ts';

import { createContentTypes, type ContentTypes } from './content-types.ts';

const PATH = '/graphql';

export function addGraphqlRoute(app: FastifyInstance, snapshots: Snapshots): void {
  const contentTypes = createContentTypes();
  app.route({
    method: ['GET', 'POST'],
    url: PATH,
    async handler(request, reply) {
      const { snapshot, leave } = snapshots.enter();
      try {
        const contentType =
          request.method === 'POST' ? contentTypes.known(request.headers.accept) : undefined;
        const answered =
          snapshot.prepared === undefined || contentType === undefined
            ? undefined
            : answerPrepared(snapshot.prepared, request.body, request.requestContext);
        if (answered === undefined) return await answer(snapshot.server, contentTypes, request, reply);
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

async function answer(
  server: ApolloServer<RequestContext>,
  contentTypes: ContentTypes,
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
  // Incremental delivery comes in pieces; the gateway's schema offers none, so an answer is always complete.
  if (response.body.kind !== 'complete') throw new GatewayError('INTERNAL');
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
  const { method, url, body } = request;
  const question = url.indexOf('?');
  return { method, headers, body, search: question < 0 ? '' : url.slice(question) };
}
