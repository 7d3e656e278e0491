/**
 * From an Authorization header to the principal who asks. A token is accepted whole or refused with the check that
 * it failed (RFC 8725); there is no half-known caller. Knows no cookies, no sessions and no rule.
 */

import { decodeJwt, decodeProtectedHeader, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';

import { ANONYMOUS, isRole, scopesOfRoles, type Principal } from '../../schema/contract/principal.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { allOrRefused } from '../base/start-refused.ts';
import type { Config, IssuerConfig } from '../config/options.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { issuerKeys } from './issuer-keys.ts';
import { tokenRefusalOf, type TokenRefusal } from './token-refusal.ts';
import { createVerifiedTokens, type Identified, type VerifiedToken } from './verified-tokens.ts';

/**
 * Takes every Authorization header of the request; gives ANONYMOUS where there is none. Throws GatewayError
 * UNAUTHENTICATED with the reason where they do not hold one acceptable token, IDENTITY_UNAVAILABLE where the issuer's
 * keys cannot be had.
 */
export interface Identity {
  (authorizations: readonly string[]): Promise<Principal>;
  /** The same, with how long it holds. */
  readonly identify: (authorizations: readonly string[]) => Promise<Identified>;
}

interface TrustedIssuer {
  readonly options: IssuerConfig;
  readonly keys: JWTVerifyGetKey;
}

const BEARER = /^Bearer +(?<token>[\w.~+/=-]+)$/i;
/** What is longer is no token of anybody's: it is not even decoded. */
const LONGEST_TOKEN = 8 * 1024;

/** Without configured issuers everybody is anonymous. Reads key files; rejects with StartRefused. */
export async function createIdentity(config: Config['identity'], log: Logger): Promise<Identity> {
  if (config === undefined) return identityBy(() => Promise.resolve(NOBODY));
  const issuers = await allOrRefused(
    config.issuers.map(async (options): Promise<TrustedIssuer> => ({
      options,
      keys: issuerKeys(options, log),
    })),
  );
  const report = createClaimReport(log);
  const verified = createVerifiedTokens(() => Date.now());
  return identityBy(async ([authorization, ...others]) => {
    if (authorization === undefined) return NOBODY;
    // Which of them another reader would take is anybody's guess.
    if (others.length > 0) throw refused('repeated');
    const token = BEARER.exec(authorization)?.groups?.['token'];
    if (token === undefined || token.length > LONGEST_TOKEN) throw refused('malformed');
    const known = await verified.recall(token);
    if (known !== undefined) return known;
    const { payload, options, ...signed } = await verify(token, issuers);
    const { exp = 0 } = payload;
    const principal = principalOf(payload, options, report);
    const identified = { principal, expiresAtMs: 1_000 * (exp + options.clockToleranceS) };
    verified.remember(token, { identified, ...signed });
    return identified;
  });
}

const NOBODY: Identified = { principal: ANONYMOUS, expiresAtMs: Infinity };
/** Made once: most requests of some gateways are nobody's. */
const ANYBODY = Promise.resolve(ANONYMOUS);

function identityBy(identify: Identity['identify']): Identity {
  const principalOfAny = (authorizations: readonly string[]) =>
    authorizations.length === 0 ? ANYBODY : identify(authorizations).then(({ principal }) => principal);
  return Object.assign(principalOfAny, { identify });
}

interface Verified extends Omit<VerifiedToken, 'identified'> {
  readonly payload: JWTPayload;
  readonly options: IssuerConfig;
}

async function verify(token: string, issuers: readonly TrustedIssuer[]): Promise<Verified> {
  const claimed = claimedIssuer(token);
  const trusted = issuers.find(({ options }) => options.issuer === claimed);
  if (trusted === undefined) throw refused('issuer');
  // No extension is known here, so a token that says one must be understood is not (RFC 7515, section 4.1.11).
  if (decodeProtectedHeader(token).crit !== undefined) throw refused('extension');
  const { issuer, audience, algorithms, clockToleranceS } = trusted.options;
  const demands = {
    issuer,
    audience,
    algorithms,
    clockTolerance: clockToleranceS,
    requiredClaims: ['sub', 'exp'],
  };
  try {
    const { payload, protectedHeader: header, key } = await jwtVerify(token, trusted.keys, demands);
    return { payload, options: trusted.options, header, key, keys: trusted.keys };
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const refusal = tokenRefusalOf(error);
    throw refusal === undefined ? new GatewayError('INTERNAL', {}, error) : refused(refusal, error);
  }
}

/** Only chooses which issuer's keys and demands to verify by; nothing else is taken from unverified text. */
function claimedIssuer(token: string): string | undefined {
  try {
    decodeProtectedHeader(token);
    return decodeJwt(token).iss;
  } catch (error) {
    throw refused('malformed', error);
  }
}

/**
 * `client_id` is of RFC 9068, `azp` of OpenID Connect; `roles` and `customer_id` are this company's own.
 */
function principalOf(payload: JWTPayload, options: IssuerConfig, report: ClaimReport): Principal {
  const { sub, roles = [], customer_id: customerId } = payload;
  // Whoever is called as nobody is would be held to no quota of their own, and no log would say who it was.
  if (typeof sub !== 'string' || sub === '' || sub === ANONYMOUS.subject) throw refused('claims');
  if (!isTextList(roles)) throw refused('claims');
  if (customerId !== undefined && typeof customerId !== 'string') throw refused('claims');
  report(payload, options, roles);
  const scopes = [...new Set([...(scopesIn(payload, options) ?? []), ...scopesOfRoles(roles)])];
  const clientId = [payload['client_id'], payload['azp']].find((name) => typeof name === 'string');
  return {
    subject: sub,
    roles,
    scopes,
    ...(customerId === undefined ? {} : { customerId }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}

/** Undefined where they are not as the issuer's tokens name them. */
function scopesIn(payload: JWTPayload, { scopeClaim }: IssuerConfig): readonly string[] | undefined {
  const given = payload[scopeClaim];
  // A list in one string (RFC 8693, section 4.2); the other claim is nobody's standard, and comes as either.
  if (typeof given === 'string') return given.split(' ').filter((name) => name !== '');
  return scopeClaim === 'scp' && isTextList(given) ? given : undefined;
}

type ClaimReport = (payload: JWTPayload, options: IssuerConfig, roles: readonly string[]) => void;

/** More different ones are an issuer's confusion, which the first thousand lines have told. */
const MOST_REPORTED = 1_000;
const LONGEST_NAME = 64;

/** What an issuer says and nobody here understands grants nothing; the log hears of it once. */
function createClaimReport(log: Logger): ClaimReport {
  const reported = new Set<string>();
  const isNews = (name: string) => {
    if (reported.has(name) || reported.size >= MOST_REPORTED) return false;
    reported.add(name);
    return true;
  };
  return (payload, options, roles) => {
    const { issuer, scopeClaim } = options;
    for (const name of roles) {
      const role = name.slice(0, LONGEST_NAME);
      if (!isRole(name) && isNews(JSON.stringify([issuer, role]))) {
        log.warn({ issuer, role }, 'a token names a role that grants nothing');
      }
    }
    if (scopesIn(payload, options) !== undefined) return;
    for (const claim of ['scope', 'scp']) {
      if (payload[claim] === undefined || !isNews(JSON.stringify([issuer, claim, 'claim']))) continue;
      log.warn(
        { issuer, claim, scopeClaim },
        'a token has scopes in a claim that is not read so, and grants none',
      );
    }
  };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function refused(reason: TokenRefusal, cause?: unknown): GatewayError {
  return new GatewayError('UNAUTHENTICATED', { reason }, cause);
}
