/**
 * An error as a subgraph reports it, read with suspicion: a code of our table is kept, anything else becomes
 * SUBGRAPH_FAILED, and no text of the subgraph's reaches a client. Knows no transport and no path in the client's
 * operation.
 */

import { ERRORS, isErrorCode, type ErrorCode } from '../../schema/contract/errors.ts';
import type { ErrorFacts } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';

export type Path = readonly (string | number)[];

export interface SubgraphError {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts & { readonly subgraph: string };
  /** In the fetch's own response; undefined where the subgraph named none. */
  readonly path: Path | undefined;
  /** For the log alone. */
  readonly message: string;
}

/**
 * Codes about the call from gateway to subgraph. To the client they would be untrue: its own operation was valid,
 * its own request was readable, and it cannot mend the gateway's keys.
 */
const ABOUT_THE_CALL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'METHOD_NOT_ALLOWED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'CALLER_NOT_PROVEN',
]);
const CONSTANT = /^[A-Z_]{1,64}$/;

/** `retryAfter` says when an error may be asked again that can pass; it gets what the subgraph itself has said. */
export function readSubgraphError(
  subgraph: string,
  raw: unknown,
  retryAfter: (askedMs: number | undefined) => number,
): SubgraphError {
  const { extensions, path, message } = isRecord(raw) ? raw : {};
  const given = isRecord(extensions) ? extensions : {};
  const { code, subgraphCode } = codeOf(given['code']);
  const askedMs = given['retryAfterMs'];
  const retry = ERRORS[code].retryable
    ? { retryAfterMs: retryAfter(typeof askedMs === 'number' && askedMs >= 0 ? askedMs : undefined) }
    : {};
  return {
    code,
    facts: {
      subgraph,
      ...(subgraphCode === undefined ? {} : { subgraphCode }),
      ...retry,
      ...factsOf(given),
    },
    path: isPath(path) ? path.map(indexAsNumber) : undefined,
    message: typeof message === 'string' ? message.slice(0, 300) : '',
  };
}

function codeOf(given: unknown): { readonly code: ErrorCode; readonly subgraphCode?: string } {
  if (given === 'NOT_READY') return { code: 'SUBGRAPH_UNAVAILABLE' };
  if (isErrorCode(given) && !ABOUT_THE_CALL.has(given)) return { code: given };
  const isConstant = typeof given === 'string' && CONSTANT.test(given);
  return isConstant ? { code: 'SUBGRAPH_FAILED', subgraphCode: given } : { code: 'SUBGRAPH_FAILED' };
}

function factsOf({ argument, reason, details }: JsonObject): ErrorFacts {
  return {
    ...(typeof argument === 'string' ? { argument } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(isRecord(details) && !isDeep(details) ? { details } : {}),
  };
}

/** What is nested deeper says nothing to anybody, and may be more than the stack of whoever prints it holds. */
const DEEPEST_DETAILS = 100;

function isDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === DEEPEST_DETAILS || Object.values(value).some((below) => isDeep(below, depth + 1));
}

/** Some servers write an index as text; the name of a field never begins with a digit. */
function indexAsNumber(part: string | number): string | number {
  return typeof part === 'string' && /^\d+$/.test(part) ? Number(part) : part;
}

function isPath(value: unknown): value is Path {
  return (
    Array.isArray(value) && value.every((part) => typeof part === 'string' || Number.isSafeInteger(part))
  );
}
