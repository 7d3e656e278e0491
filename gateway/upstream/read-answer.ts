/**
 * What a subgraph sent back, as a GraphQL answer or as the reason why it is none (GraphQL over HTTP, section 6).
 * Works on a whole body; knows no socket, and does not know whether the data fits the schema.
 */

import { isUtf8 } from 'node:buffer';

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { parseExactly } from '../base/exact-json.ts';
import { isRecord } from '../base/is-record.ts';
import { readSubgraphError, type SubgraphError } from './subgraph-error.ts';

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  /** UTF-8. */
  readonly body: Buffer;
  /** The header, as it came. */
  readonly retryAfter?: string | undefined;
}

export interface GraphqlAnswer {
  readonly kind: 'answered';
  /** Ours to change: nobody else holds it. */
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly SubgraphError[];
}

export type SubgraphAnswer = GraphqlAnswer | { readonly kind: 'failed'; readonly error: GatewayError };

/** Whether it says to be a GraphQL answer about which nothing went wrong. */
export function isPlain({ status, contentType }: RawAnswer): boolean {
  return status === 200 && JSON_TYPE.test(contentType);
}

const JSON_TYPE = /^application\/(?:graphql-response\+)?json\s*(?:;|$)/i;
/** Statuses by which a server, or a proxy before it, says that asking again later may help. */
const UNAVAILABLE = new Set([429, 502, 503, 504]);
const LONGEST_WAIT_MS = 3_600_000;
const BYTE_ORDER_MARK = '\u{FEFF}';

export function isJson({ contentType }: RawAnswer): boolean {
  return JSON_TYPE.test(contentType);
}

export function isUnavailable({ status }: RawAnswer): boolean {
  return UNAVAILABLE.has(status);
}

/** How long it asks to be left alone (RFC 9110, section 10.2.3); undefined where it does not say. */
export function retryAfterMsOf({ retryAfter }: RawAnswer, nowEpochMs: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const waitMs = /^\d{1,9}$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - nowEpochMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS);
}

/** When somebody may ask again, in milliseconds; it gets what the subgraph itself has said. */
export type RetryAfter = (askedMs: number | undefined) => number;

/** Throws GatewayError where the body is no GraphQL answer; the cause says what was wrong, without quoting it. */
export function readAnswer(
  subgraph: string,
  raw: RawAnswer,
  retryAfter: RetryAfter,
  parse: typeof parseJson = parseJson,
): GraphqlAnswer {
  const headerMs = retryAfterMsOf(raw, Date.now());
  const invalid = (because: string) => {
    const code = codeOfStatus(raw.status);
    const retry = ERRORS[code].retryable ? { retryAfterMs: retryAfter(headerMs) } : {};
    return new GatewayError(code, { subgraph, ...retry }, new Error(because));
  };
  if (!isJson(raw)) throw invalid(`status ${raw.status} with a content type that is not JSON`);
  const value = parse(raw.body.toString('utf8'));
  const result = readResult(subgraph, value, (askedMs) => retryAfter(askedMs ?? headerMs));
  if (typeof result === 'string') {
    // JSON is nothing else (RFC 8259, section 8.1), and of what was to be sent as it is that is the likeliest mistake.
    const what = isUtf8(raw.body) ? result : 'a body that is not UTF-8, as if it were compressed';
    throw invalid(`status ${raw.status} with ${what}`);
  }
  if (!isTurnedAway(raw, value)) return result;
  const passing = { code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: retryAfter(headerMs) } as const;
  return { ...result, errors: result.errors.map((error) => withReason(error, passing)) };
}

/** Whether nothing was begun (without data: GraphQL, 7.1) because it was too much, or for now. */
function isTurnedAway({ status }: RawAnswer, value: unknown): boolean {
  return (status === 429 || status === 503) && isRecord(value) && !('data' in value);
}

/** The status says why, where the error itself has no code that is known here. */
function withReason(
  error: SubgraphError,
  { code, retryAfterMs }: { readonly code: ErrorCode; readonly retryAfterMs: number },
): SubgraphError {
  if (error.code !== 'SUBGRAPH_FAILED') return error;
  return { ...error, code, facts: { ...error.facts, retryAfterMs } };
}

/** A result as a subgraph gave it, parsed from JSON; or what it has instead, in words that quote nothing. */
export function readResult(subgraph: string, value: unknown, retryAfter: RetryAfter): GraphqlAnswer | string {
  const result = resultOf(value);
  if (typeof result === 'string') return result;
  const { data, errors } = result;
  return {
    kind: 'answered',
    data,
    errors: errors.map((each) => readSubgraphError(subgraph, each, retryAfter)),
  };
}

interface Result {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly unknown[];
}

/** Parsed from JSON; what is no result (GraphQL, 7.1) is told in words that quote nothing. */
export function resultOf(value: unknown): Result | string {
  if (!isRecord(value)) return 'a body that is not a JSON object';
  const { data = null, errors } = value;
  if (!isData(data)) return 'data that is neither an object nor null';
  const given = errors ?? [];
  if (!Array.isArray(given)) return 'errors that are no list';
  return data === null && given.length === 0 ? 'neither data nor errors' : { data, errors: given };
}

function codeOfStatus(status: number): ErrorCode {
  if (UNAVAILABLE.has(status)) return 'SUBGRAPH_UNAVAILABLE';
  return status >= 500 ? 'SUBGRAPH_FAILED' : 'SUBGRAPH_RESPONSE_INVALID';
}

/** Undefined where it is none. */
export function parseJson(text: string): unknown {
  return triedBy(JSON.parse, text);
}

/** The same, with all digits of its numbers. */
export function parseJsonExactly(text: string): unknown {
  return triedBy(parseExactly, text);
}

function triedBy(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch {
    // The mark is no JSON and may be ignored (RFC 8259, section 8.1); it is looked for only where there is time.
    if (text.startsWith(BYTE_ORDER_MARK)) return unmarked(parse, text);
    // Truncated, empty or not JSON at all: the caller says so without quoting what may be a row of data.
    return undefined;
  }
}

function unmarked(parse: (text: string) => unknown, text: string): unknown {
  const rest = text.slice(BYTE_ORDER_MARK.length);
  return rest.startsWith(BYTE_ORDER_MARK) ? undefined : triedBy(parse, rest);
}

function isData(value: unknown): value is Record<string, unknown> | null {
  return value === null || isRecord(value);
}
