/**
 * Signs the bytes of a supergraph as the gateway verifies them: a detached JWS (RFC 7515, appendix F) over the bytes as
 * they are (RFC 7797). Knows no file.
 */

import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { FlattenedSign } from 'jose';

export type PrivateKey = JsonWebKey & { readonly kid: string };

/** Throws where it is no key of Ed25519 or P-256. */
export async function signDetached(bytes: Uint8Array, jwk: PrivateKey): Promise<string> {
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const alg = jwk.kty === 'OKP' ? 'Ed25519' : 'ES256';
  const header = { alg, kid: jwk.kid, b64: false, crit: ['b64'] };
  const jws = await new FlattenedSign(bytes).setProtectedHeader(header).sign(key);
  return `${jws.protected}..${jws.signature}`;
}
