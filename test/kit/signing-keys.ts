/**
 * Keys that sign supergraphs in tests, each with a name. Knows no gateway.
 */

import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';

import type { PrivateKey } from '../../tools/signing/sign-detached.ts';

export interface SigningKey {
  readonly privateKey: PrivateKey;
  readonly publicKey: JsonWebKey;
}

export function createSigningKey(kid: string, kind: 'ed25519' | 'ES256' = 'ed25519'): SigningKey {
  const pair =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey: { ...pair.privateKey.export({ format: 'jwk' }), kid },
    publicKey: { ...pair.publicKey.export({ format: 'jwk' }), kid },
  };
}

/** The text of a JWKS. */
export function keySetOf(...keys: readonly SigningKey[]): string {
  return JSON.stringify({ keys: keys.map(({ publicKey }) => publicKey) });
}
