/**
 * From the text of a request to an operation that can be streamed: one subscription that fits the schema. Says in the
 * contract's codes what is wrong with any other. Knows no principal and no transport.
 */

import {
  getOperationAST,
  GraphQLError,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import { isErrorCode, type ErrorCode } from '../../../schema/contract/errors.ts';
import { KnownError } from '../known-error.ts';

export interface SubscriptionRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Which of several operations; undefined where there is one. */
  readonly operationName?: string | undefined;
}

export type PreparedSubscription =
  | { readonly kind: 'ready'; readonly document: DocumentNode; readonly operation: OperationDefinitionNode }
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] };

/** Far more than a gateway asks for; each level of a document costs stack. */
const MOST_TOKENS = 20_000;

export function prepareSubscription(
  schema: GraphQLSchema,
  { query, operationName }: SubscriptionRequest,
): PreparedSubscription {
  const document = parseText(query);
  if (document instanceof GraphQLError) return refused([coded('GRAPHQL_PARSE_FAILED', document)]);
  const problems = validate(schema, document);
  if (problems.length > 0)
    return refused(problems.map((problem) => coded('GRAPHQL_VALIDATION_FAILED', problem)));
  const operation = getOperationAST(document, operationName);
  if (operation == null) return refused([new KnownError('OPERATION_RESOLUTION_FAILURE')]);
  if (operation.operation !== 'subscription')
    return refused([new KnownError('BAD_REQUEST', { reason: 'Only subscriptions are streamed.' })]);
  return { kind: 'ready', document, operation };
}

/** What graphql-js itself finds wrong with variables and arguments is the asker's mistake and has no code yet. */
export function asBadInput(error: GraphQLError): GraphQLError {
  if (isErrorCode(error.extensions['code'])) return error;
  const { originalError } = error;
  if (originalError instanceof GraphQLError)
    return isBare(originalError) ? coded('BAD_USER_INPUT', error) : error;
  return originalError === undefined ? coded('BAD_USER_INPUT', error) : error;
}

/** Without a code and without a cause. */
function isBare({ extensions, originalError }: GraphQLError): boolean {
  return !isErrorCode(extensions['code']) && originalError === undefined;
}

function parseText(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens: MOST_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function refused(errors: readonly GraphQLError[]): PreparedSubscription {
  return { kind: 'refused', errors };
}

function coded(code: ErrorCode, { message }: GraphQLError): KnownError {
  return new KnownError(code, { reason: message });
}

/** The one root field of a subscription, for the log. */
export function fieldOf({ operation }: { readonly operation: OperationDefinitionNode }): string {
  const [selection] = operation.selectionSet.selections;
  return selection?.kind === Kind.FIELD ? selection.name.value : 'a fragment';
}
