/**
 * From an Authorization header to the principal who asks. A token is accepted whole or refused with the check that
 * it failed (RFC 8725); there is no half-known caller. Knows no cookies, no sessions and no rule.
 */

import { decodeJwt, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';

import { ANONYMOUS, scopesOfRoles, type Principal } from '../../schema/contract/principal.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { Config, IssuerConfig } from '../config/options.ts';
import { issuerKeys } from './issuer-keys.ts';
import { tokenRefusalOf, type TokenRefusal } from './token-refusal.ts';

/**
 * Gives ANONYMOUS where no header was sent. Throws GatewayError UNAUTHENTICATED with the reason where the header
 * does not hold an acceptable token, INTERNAL where the issuer's keys cannot be had.
 */
export type Identity = (authorization: string | undefined) => Promise<Principal>;

interface TrustedIssuer {
  readonly options: IssuerConfig;
  readonly keys: JWTVerifyGetKey;
}

const BEARER = /^Bearer +(?<token>[\w.~+/=-]+)$/i;

/** Without configured issuers everybody is anonymous. Reads key files; throws StartRefused. */
export function createIdentity(config: Config['identity']): Identity {
  if (config === undefined) return () => Promise.resolve(ANONYMOUS);
  const issuers = config.issuers.map((options): TrustedIssuer => ({ options, keys: issuerKeys(options) }));
  return async (authorization) => {
    if (authorization === undefined) return ANONYMOUS;
    const token = BEARER.exec(authorization)?.groups?.['token'];
    if (token === undefined) throw refused('malformed');
    return principalOf(await verify(token, issuers));
  };
}

async function verify(token: string, issuers: readonly TrustedIssuer[]): Promise<JWTPayload> {
  const claimed = claimedIssuer(token);
  const trusted = issuers.find(({ options }) => options.issuer === claimed);
  if (trusted === undefined) throw refused('issuer');
  const { issuer, audience, algorithms, clockToleranceS } = trusted.options;
  const demands = {
    issuer,
    audience,
    algorithms,
    clockTolerance: clockToleranceS,
    requiredClaims: ['sub', 'exp'],
  };
  try {
    return (await jwtVerify(token, trusted.keys, demands)).payload;
  } catch (error) {
    const refusal = tokenRefusalOf(error);
    throw refusal === undefined ? new GatewayError('INTERNAL', {}, error) : refused(refusal, error);
  }
}

/** Only chooses which issuer's keys and demands to verify by; nothing else is taken from unverified text. */
function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    throw refused('malformed', error);
  }
}

/** `scope` is a list in one string (RFC 8693, section 4.2); `roles` and `customer_id` are this company's own. */
function principalOf({ sub, roles = [], scope = '', customer_id: customerId }: JWTPayload): Principal {
  if (typeof sub !== 'string' || sub === '' || typeof scope !== 'string' || !isTextList(roles))
    throw refused('claims');
  if (customerId !== undefined && typeof customerId !== 'string') throw refused('claims');
  const scopes = [...new Set([...scope.split(' ').filter((name) => name !== ''), ...scopesOfRoles(roles)])];
  return { subject: sub, roles, scopes, ...(customerId === undefined ? {} : { customerId }) };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function refused(reason: TokenRefusal, cause?: unknown): GatewayError {
  return new GatewayError('UNAUTHENTICATED', { reason }, cause);
}
