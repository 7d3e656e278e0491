/**
 * The limits applied to a GraphQL request as it comes over HTTP, and to the answer that leaves. Knows what a request
 * is called by each method; what is malformed is left to the server library to refuse.
 */

import { hasManyDigits } from '../base/exact-json.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import { limitExceeded } from '../operation/limit-exceeded.ts';
import type { Limits } from '../operation/create-limits.ts';

export interface AskedOverHttp {
  /** Parsed from JSON; undefined for GET. */
  readonly body: unknown;
  /** With the question mark; empty for POST. */
  readonly search: string;
}

/** The most bytes that a UTF-16 unit takes in UTF-8. */
const BYTES_OF_A_UNIT = 3;

/** Throws LIMIT_EXCEEDED, or BAD_REQUEST where a number in the address would not arrive as it was written. */
export function holdRequestToLimits({ body, search }: AskedOverHttp, limits: Limits): void {
  const { query, operationName, variables } = isRecord(body) ? body : parametersOf(search);
  // First, because it is echoed nowhere and read by nobody when it is too long.
  if (typeof operationName === 'string') limits.checkName(operationName);
  if (typeof query === 'string') limits.checkText(query);
  if (isRecord(variables)) limits.checkVariables(variables);
}

/** Throws LIMIT_EXCEEDED. */
export function holdAnswerToLimit(answer: string | Buffer, maxAnswerBytes: number): void {
  const most = typeof answer === 'string' ? answer.length * BYTES_OF_A_UNIT : answer.length;
  if (most <= maxAnswerBytes) return;
  const bytes = Buffer.byteLength(answer);
  if (bytes > maxAnswerBytes) throw limitExceeded('maxAnswerBytes', bytes, maxAnswerBytes);
}

function parametersOf(search: string): JsonObject {
  if (search === '') return {};
  const parameters = new URLSearchParams(search);
  return {
    query: parameters.get('query'),
    operationName: parameters.get('operationName'),
    variables: variablesOf(parameters.get('variables')),
  };
}

function variablesOf(text: string | null): unknown {
  const variables = jsonOf(text);
  if (text === null || variables === undefined || !hasManyDigits(text)) return variables;
  // The server library reads the address itself.
  throw new GatewayError('BAD_REQUEST', { argument: 'variables', reason: 'Send so many digits by POST.' });
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
