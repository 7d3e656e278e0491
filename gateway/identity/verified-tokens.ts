/**
 * Tokens whose signature has been verified, for as long as they and their keys hold: a client sends the same one with
 * every request, and to verify it costs more than a small request. Keeps no token, only its hash. Knows no claim.
 */

import { hash } from 'node:crypto';

import type { JWTHeaderParameters, JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';

import type { Principal } from '../../schema/contract/principal.ts';

export interface Identified {
  readonly principal: Principal;
  /** Since the epoch, the issuer's tolerance included; Infinity for who has no token. */
  readonly expiresAtMs: number;
}

export interface VerifiedToken {
  readonly identified: Identified;
  /** By which the issuer's keys tell which one it was signed with. */
  readonly header: JWTHeaderParameters;
  readonly key: unknown;
  readonly keys: JWTVerifyGetKey;
}

export interface VerifiedTokens {
  /** Undefined where it must be verified: never seen, expired, or its key is no longer its issuer's. Never rejects. */
  readonly recall: (token: string) => Promise<Identified | undefined>;
  readonly remember: (token: string, verified: VerifiedToken) => void;
}

const MOST_REMEMBERED = 10_000;

export function createVerifiedTokens(nowMs: () => number): VerifiedTokens {
  const remembered = new LRUCache<string, VerifiedToken>({ max: MOST_REMEMBERED });
  return {
    async recall(token) {
      const name = nameOf(token);
      const known = remembered.get(name);
      if (known === undefined) return undefined;
      if (nowMs() < known.identified.expiresAtMs && (await isKeyInUse(known, token))) return known.identified;
      remembered.delete(name);
      return undefined;
    },
    remember: (token, verified) => void remembered.set(nameOf(token), verified),
  };
}

function nameOf(token: string): string {
  return hash('sha256', token, 'base64');
}

/** A key set that is read anew has other objects for its keys, also where they are the same. */
async function isKeyInUse({ keys, header, key }: VerifiedToken, token: string): Promise<boolean> {
  const [protectedHeader = '', payload = '', signature = ''] = token.split('.');
  try {
    return (await keys(header, { protected: protectedHeader, payload, signature })) === key;
  } catch {
    // Verifying it says what is wrong.
    return false;
  }
}
