/**
 * The first half of the caller proof: a short-lived EdDSA JWT (RFC 7519, RFC 8037) in which the gateway tells one
 * subgraph for whom it asks. It is the same for all requests of one principal to one subgraph, so both sides may
 * cache it until it expires. Knows neither keys nor HTTP; `message-signature.ts` is the other half.
 */

import type { Principal } from './principal.ts';

export const CALLER_TOKEN_ALGORITHM = 'EdDSA';
export const CALLER_TOKEN_ISSUER = 'tributary-gateway';
/** Long enough to be worth caching, short enough that a leaked token is soon useless. */
export const CALLER_TOKEN_LIFETIME_S = 60;

export interface CallerClaims {
  readonly sub: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly customerId?: string;
}

export function claimsOfPrincipal(principal: Principal): CallerClaims {
  const { subject, roles, scopes, customerId } = principal;
  return { sub: subject, roles, scopes, ...(customerId === undefined ? {} : { customerId }) };
}

/** Gives undefined where the claims do not have the agreed shape; a caller that is half known is not known. */
export function principalOfClaims(claims: Readonly<Record<string, unknown>>): Principal | undefined {
  const { sub, roles, scopes, customerId } = claims;
  if (typeof sub !== 'string' || !isStringList(roles) || !isStringList(scopes)) return undefined;
  if (customerId === undefined) return { subject: sub, roles, scopes };
  return typeof customerId === 'string' ? { subject: sub, roles, scopes, customerId } : undefined;
}

function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
