/**
 * Who is told what the systems took, and by which header they ask. Knows no GraphQL.
 */

import type { FastifyRequest } from 'fastify';

import type { Principal } from '../../schema/contract/principal.ts';

/** `scopes` must all be held. */
export function mayBeTold({ scopes: held }: Principal, scopes: readonly string[]): boolean {
  return scopes.every((scope) => held.includes(scope));
}

/** Where `scopes` is undefined, nobody is told, and the header means nothing. */
export function askForCalls(
  { headers, requestContext }: FastifyRequest,
  scopes: readonly string[] | undefined,
): void {
  if (scopes === undefined || headers['x-report-calls'] !== 'true') return;
  if (mayBeTold(requestContext.principal, scopes)) requestContext.calls = [];
}
