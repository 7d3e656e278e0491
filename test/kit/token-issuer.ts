/**
 * An issuer of bearer tokens for tests: its own keys, its public JWKS in a file, and tokens right or wrong in
 * exactly one way. Knows nothing of how a token is checked.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

export const ISSUER = 'https://id.tributary.example';
export const AUDIENCE = 'tributary';

export interface TokenIssuer {
  readonly jwksFile: string;
  /** What the gateway's config must say to trust it. */
  readonly config: { readonly issuer: string; readonly audience: string; readonly jwksFile: string };
  /** Right in every way, except where the claims given say otherwise or are left out. */
  token(claims?: JWTPayload, without?: readonly string[]): Promise<string>;
  stop(): void;
}

export async function createTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const folder = mkdtempSync(join(tmpdir(), 'tributary-issuer-'));
  const jwksFile = join(folder, 'jwks.json');
  writeFileSync(
    jwksFile,
    JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'EdDSA' }] }),
  );
  return {
    jwksFile,
    config: { issuer: ISSUER, audience: AUDIENCE, jwksFile },
    token(claims = {}, without = []) {
      const now = Math.floor(Date.now() / 1000);
      const right = { iss: ISSUER, aud: AUDIENCE, sub: 'anna', iat: now, exp: now + 60 };
      const payload = Object.entries({ ...right, ...claims }).filter(([name]) => !without.includes(name));
      return new SignJWT(Object.fromEntries(payload))
        .setProtectedHeader({ alg: 'EdDSA', kid: 'one' })
        .sign(privateKey);
    },
    stop: () => rmSync(folder, { recursive: true }),
  };
}
