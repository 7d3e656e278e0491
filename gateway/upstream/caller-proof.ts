/**
 * The headers by which a subgraph knows that the gateway asks, and for whom: the caller token, cached per principal
 * and subgraph until shortly before it expires, and a signature over this one message. Knows no HTTP client.
 */

import { SignJWT } from 'jose';

import {
  CALLER_TOKEN_ALGORITHM,
  CALLER_TOKEN_ISSUER,
  CALLER_TOKEN_LIFETIME_S,
  claimsOfPrincipal,
  type CallerClaims,
} from '../../schema/contract/caller-token.ts';
import type { Followed } from '../../schema/contract/follow-files.ts';
import { signMessage } from '../../schema/contract/message-signature.ts';
import type { Principal } from '../../schema/contract/principal.ts';
import type { CallerKeys } from './caller-keys.ts';

export interface CallerMessage {
  readonly method: string;
  /** With the query, as it stands in the request line. */
  readonly path: string;
  readonly body: string;
  /** Covered by the signature, so that nobody on the way can give, take or change it. */
  readonly idempotencyKey?: string | undefined;
}

export type CallerProof = (
  principal: Principal,
  subgraph: string,
  message: CallerMessage,
) => Promise<Readonly<Record<string, string>>>;

/** Time and nonces come in, so that a test can say what they are. */
export interface ProofSources {
  readonly nowS: () => number;
  readonly nonce: () => string;
}

interface CachedToken {
  readonly key: CallerKeys['token'];
  readonly token: Promise<string>;
  readonly signedAtS: number;
  readonly renewAtS: number;
}

const MOST_CACHED = 10_000;
/** A token must outlive the call that carries it. */
const RENEW_BEFORE_EXPIRY_S = 20;

export function createCallerProof(
  followed: Followed<CallerKeys>,
  { nowS, nonce }: ProofSources,
): CallerProof {
  const cache = new Map<string, CachedToken>();

  function tokenFor(claims: CallerClaims, subgraph: string, key: CallerKeys['token']): Promise<string> {
    const name = JSON.stringify([subgraph, claims]);
    const cached = cache.get(name);
    cache.delete(name);
    const now = nowS();
    const current =
      // A clock that was set back is before both: nobody would accept the token until it has caught up.
      cached?.key === key && now >= cached.signedAtS && now < cached.renewAtS
        ? cached
        : {
            key,
            token: signToken(claims, { subgraph, key, nowS: now }),
            signedAtS: now,
            renewAtS: now + CALLER_TOKEN_LIFETIME_S - RENEW_BEFORE_EXPIRY_S,
          };
    // A Map keeps the order of insertion: deleted above and set again, what was used last stands last.
    cache.set(name, current);
    const [leastRecent] = cache.keys();
    if (cache.size > MOST_CACHED && leastRecent !== undefined) cache.delete(leastRecent);
    return current.token;
  }

  return async (principal, subgraph, message) => {
    const { token, messages } = followed.current();
    const key = messages.get(subgraph);
    if (key === undefined) throw new Error(`no key signs messages to ${subgraph}`);
    const authorization = `Bearer ${await tokenFor(claimsOfPrincipal(principal), subgraph, token)}`;
    const signature = signMessage({ ...message, authorization }, key, { createdS: nowS(), nonce: nonce() });
    return { authorization, ...signature };
  };
}

interface Signing {
  readonly subgraph: string;
  readonly key: CallerKeys['token'];
  readonly nowS: number;
}

function signToken(claims: CallerClaims, { subgraph, key, nowS }: Signing): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: CALLER_TOKEN_ALGORITHM, kid: key.keyId, typ: 'JWT' })
    .setIssuer(CALLER_TOKEN_ISSUER)
    .setAudience(subgraph)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + CALLER_TOKEN_LIFETIME_S)
    .sign(key.key);
}
