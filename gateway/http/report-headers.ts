/**
 * Who is told what the systems took, and by which header they ask. Knows no GraphQL.
 */

import type { Principal } from '../../schema/contract/principal.ts';
import type { Visit } from './visit.ts';

/** `scopes` must all be held. */
export function mayBeTold({ scopes: held }: Principal, scopes: readonly string[]): boolean {
  return scopes.every((scope) => held.includes(scope));
}

/** Where `scopes` is undefined, nobody is told, and the header means nothing. */
export function askForCalls({ request, context }: Visit, scopes: readonly string[] | undefined): void {
  if (scopes === undefined || request.headers['x-report-calls'] !== 'true') return;
  if (mayBeTold(context.principal, scopes)) context.calls = [];
}
