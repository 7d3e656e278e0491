/**
 * The status of an operation that could not be run: for a client that asks for `application/json` and not for
 * `application/graphql-response+json` it is 200, because such clients read errors from the body alone (GraphQL over
 * HTTP, section 6.4.1). Knows no operation.
 */

import type { ErrorCode } from '../../schema/contract/errors.ts';

/** What is wrong with the operation, its name or its variables, in a request that is well-formed. */
const OF_THE_OPERATION: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** `accept` is the request's header, `status` what it would be otherwise. */
export function statusForJson(
  accept: string | undefined,
  status: number,
  codes: readonly ErrorCode[],
): number {
  if (status !== 400 || codes.length === 0 || accept === undefined) return status;
  const types = accept.toLowerCase();
  const isMeant = types.includes('application/json') && !types.includes('application/graphql-response+json');
  return isMeant && codes.every((code) => OF_THE_OPERATION.has(code)) ? 200 : status;
}
