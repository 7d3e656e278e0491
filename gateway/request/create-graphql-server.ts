/**
 * The story of a GraphQL request after HTTP: parse, validate, run by the engine, answer. @apollo/server tells it;
 * here it is set up so that nothing depends on NODE_ENV or on variables meant for its vendor's services.
 */

import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { GraphQLError, OperationTypeNode, type OperationDefinitionNode } from 'graphql';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { JsonObject } from '../base/is-record.ts';
import { writeJson } from '../base/write-json.ts';
import { answerable } from '../execution/answerable.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import { quotable } from '../../schema/contract/quotable.ts';
import { createDocumentStore } from './document-store.ts';
import { ADDED_RULES } from './added-rules.ts';
import { documentPlugin, type DocumentGuard } from './document-plugin.ts';
import { readKeyExtension } from './idempotency-key.ts';
import { statusOfKeyRefusal } from './refused-by-key.ts';
import { noteFailure } from './note-failure.ts';
import { reportPlugin } from './report-plugin.ts';
import { currentRequest, type RequestContext } from './request-context.ts';
import { shapeError, unwrapped } from './shape-error.ts';
import { withoutSuggestion } from './without-suggestion.ts';

export interface GraphqlServerParts {
  readonly engine: GatewayInterface;
  readonly introspection: boolean;
  /** Whether errors may say names of the schema that the client has not. */
  readonly suggests: boolean;
  readonly costs: ApolloServerPlugin<RequestContext>;
  readonly documents: DocumentGuard;
  readonly log: Logger;
}

/** Started: the engine has built its schema. Rejects with what the engine refused the start for. */
export async function createGraphqlServer(parts: GraphqlServerParts): Promise<ApolloServer<RequestContext>> {
  const { engine, introspection, suggests, costs, documents, log } = parts;
  const server = new ApolloServer<RequestContext>({
    gateway: engine,
    introspection,
    documentStore: createDocumentStore(),
    validationRules: [...ADDED_RULES],
    // A suggested name is a piece of the schema.
    hideSchemaDetailsFromClientErrors: !suggests,
    includeStacktraceInErrorResponses: false,
    stringifyResult: (result) => `${writeJson(result)}\n`,
    // Ids are resolved before; the library's own store would be a second one.
    persistedQueries: false,
    // Refused before, where a request could come from another site.
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    logger: quietLogger(log),
    formatError: (formatted, thrown) => formatError(formatted, thrown, { log, suggests }),
    plugins: [
      documentPlugin(documents),
      resolveOperation,
      costs,
      reportPlugin,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await server.start();
  return server;
}

const resolveOperation: ApolloServerPlugin<RequestContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ contextValue, operation, operationName, queryHash, schema, request }) {
        // The server leaves these checks to the engine, which would call it an accident of its own.
        if (operation === undefined) throw unresolvedOperation();
        if (schema.getRootType(operation.operation) == null) throw missingRootType(operation);
        const { subscribing, readsOnly, explains } = contextValue;
        if (operation.operation === OperationTypeNode.SUBSCRIPTION && subscribing === undefined && !explains)
          throw unansweredSubscription();
        if (operation.operation === OperationTypeNode.MUTATION && readsOnly) throw changeByGet();
        contextValue.outcome.is({
          name: operationName ?? undefined,
          type: operation.operation,
          hash: queryHash,
        });
        contextValue.idempotencyKey = keyOf(request.extensions, contextValue);
        return Promise.resolve();
      },
      willSendResponse({ contextValue, response: { body, http } }) {
        if (contextValue.idempotencyKey === undefined || body.kind !== 'single') return Promise.resolve();
        const { data, errors = [] } = body.singleResult;
        const codes = errors.map(({ extensions }) => extensions?.['code']);
        const status = statusOfKeyRefusal(data, codes);
        if (status === undefined) return Promise.resolve();
        http.status = status;
        body.singleResult = { errors };
        return Promise.resolve();
      },
    }),
};

function unresolvedOperation(): GraphQLError {
  const { says, status } = ERRORS.OPERATION_RESOLUTION_FAILURE;
  return new GraphQLError(says, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status } } });
}

/** The field rules of the spec say nothing about the fields of a type that there is not. */
function missingRootType(operation: OperationDefinitionNode): GraphQLError {
  return new GraphQLError(`The schema has no ${operation.operation} operations.`, {
    nodes: operation,
    extensions: {
      code: 'GRAPHQL_VALIDATION_FAILED',
      http: { status: ERRORS.GRAPHQL_VALIDATION_FAILED.status },
    },
  });
}

function unansweredSubscription(): GraphQLError {
  const { status } = ERRORS.BAD_REQUEST;
  const message =
    'A subscription takes a WebSocket (graphql-transport-ws), "Accept: text/event-stream", or ' +
    '"Accept: multipart/mixed;subscriptionSpec=1.0".';
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });
}

function changeByGet(): GraphQLError {
  const { says, status } = ERRORS.METHOD_NOT_ALLOWED;
  return new GraphQLError(says, { extensions: { code: 'METHOD_NOT_ALLOWED', http: { status } } });
}

function keyOf(extensions: JsonObject | undefined, { idempotencyKey }: RequestContext): string | undefined {
  try {
    return readKeyExtension(extensions?.['idempotencyKey'], idempotencyKey);
  } catch (error) {
    throw answerable(error);
  }
}

function formatError(
  formatted: Parameters<typeof shapeError>[0],
  thrown: unknown,
  { log, suggests }: Pick<GraphqlServerParts, 'log' | 'suggests'>,
) {
  const request = currentRequest();
  // The library hides suggestions by itself, but not those about the values of variables.
  const said = suggests ? formatted : { ...formatted, message: withoutSuggestion(formatted.message) };
  const shaped = shapeError(said, thrown, request?.requestId ?? '');
  if (request !== undefined) noteFailure(request, shaped.extensions.code, shaped.extensions.subgraph);
  if (shaped.extensions.code === 'INTERNAL' && shaped.extensions.subgraph === undefined) {
    const cause = describeError(unwrapped(thrown));
    (request?.log ?? log).error({ cause }, 'request failed inside the gateway');
  }
  return shaped;
}

/** The library's own lines repeat what `formatError` logs, without the request id. */
function quietLogger(log: Logger) {
  const quiet = (message: unknown) => log.debug({ from: 'server' }, quotable(String(message)));
  return { debug: quiet, info: quiet, warn: quiet, error: quiet };
}
