/**
 * The one shape in which an error leaves the gateway. What a client may not read ends here: anything without a code
 * of the table becomes INTERNAL with a general sentence. Knows no HTTP and logs nothing.
 */

import { GraphQLError, type GraphQLFormattedError } from 'graphql';

import { ERRORS, isErrorCode, type ErrorCode } from '../../schema/contract/errors.ts';
import { OWNERSHIP } from '../../schema/ownership.ts';
import { GatewayError, type ErrorFacts } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';

export interface ClientError extends GraphQLFormattedError {
  /** Beside these, the other facts of the case. */
  readonly extensions: Record<string, unknown> & {
    readonly code: ErrorCode;
    readonly subgraph?: string;
    readonly team?: string;
    readonly retryable: boolean;
    /** Where a system is not there for now. */
    readonly retryAfterMs?: number;
    readonly requestId: string;
  };
}

/** Said by the GraphQL library about the client's own request, and so worth more than the table's sentence. */
const OWN_WORDS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** `formatted` is what the server library would send, `thrown` what it caught. */
export function shapeError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  requestId: string,
): ClientError {
  const { code, facts } = codeAndFacts(formatted, thrown);
  const ownWords = OWN_WORDS.has(code) && facts.subgraph === undefined;
  return {
    message: ownWords ? formatted.message : ERRORS[code].says,
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
    extensions: extensionsOf(code, facts, requestId),
  };
}

/** For errors that happen before GraphQL: a refused token, a body too large. */
export function shapeGatewayError(error: GatewayError, requestId: string): ClientError {
  return { message: ERRORS[error.code].says, extensions: extensionsOf(error.code, error.facts, requestId) };
}

function extensionsOf(code: ErrorCode, facts: ErrorFacts, requestId: string): ClientError['extensions'] {
  const { subgraph, ...others } = facts;
  const blamed = subgraph === undefined ? {} : { subgraph, ...teamOf(subgraph) };
  return { code, ...blamed, retryable: ERRORS[code].retryable, requestId, ...others };
}

function teamOf(subgraph: string): { readonly team?: string } {
  const owner = Object.entries(OWNERSHIP).find(([name]) => name === subgraph)?.[1];
  return owner === undefined ? {} : { team: owner.team };
}

/** The server library wraps what it has caught. */
export function unwrapped(thrown: unknown): unknown {
  return thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown;
}

function codeAndFacts(formatted: GraphQLFormattedError, thrown: unknown) {
  const cause = unwrapped(thrown);
  if (cause instanceof GatewayError) return { code: cause.code, facts: cause.facts };
  const extensions = formatted.extensions ?? {};
  const code = codeOfStatus(thrown) ?? extensions['code'];
  if (isErrorCode(code)) return { code, facts: factsOf(extensions) };
  return { code: 'INTERNAL' as const, facts: {} };
}

/** The server library has one code for every bad request and tells them apart by the status alone. */
function codeOfStatus(thrown: unknown): ErrorCode | undefined {
  const http: unknown = thrown instanceof GraphQLError ? thrown.extensions['http'] : undefined;
  if (!isRecord(http)) return undefined;
  if (http['status'] === 405) return 'METHOD_NOT_ALLOWED';
  return http['status'] === 415 ? 'UNSUPPORTED_MEDIA_TYPE' : undefined;
}

function factsOf({
  subgraph,
  subgraphCode,
  retryAfterMs,
  idempotencyKey,
  argument,
  reason,
  details,
}: JsonObject): ErrorFacts {
  return {
    ...(typeof subgraph === 'string' ? { subgraph } : {}),
    ...(typeof subgraphCode === 'string' ? { subgraphCode } : {}),
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    ...(typeof idempotencyKey === 'string' ? { idempotencyKey } : {}),
    ...(typeof argument === 'string' ? { argument } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(isRecord(details) ? { details } : {}),
  };
}
