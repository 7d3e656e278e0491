/**
 * Makes tokens of the development issuer, as a company's identity provider would. Knows roles, claims and the
 * issuer's key; does not know how the gateway checks them.
 */

import { readFile } from 'node:fs/promises';
import { importJWK, SignJWT, type JSONWebKeySet } from 'jose';
import { DEVELOPMENT_ISSUER } from '../schema/contract/development-issuer.ts';
import type { Role } from '../schema/contract/principal.ts';

export const DEVELOPMENT_AUDIENCE = 'tributary';

export interface TokenClaims {
  readonly subject: string;
  readonly role: Role;
  /** The global id of the customer that the caller is; only for the role `customer`. */
  readonly customerId?: string;
  readonly lifetimeMinutes: number;
  /** Whoever is to be taken for the signer; the development issuer where it is left out. */
  readonly issuer?: string;
}

/** Signs with the first key of the issuer's private JWKS. */
export async function signDevelopmentToken(issuerKeysFile: string, claims: TokenClaims): Promise<string> {
  // Our own file, made by `development-keys.ts`.
  const { keys } = JSON.parse(await readFile(issuerKeysFile, 'utf8')) as JSONWebKeySet;
  const [key] = keys;
  if (key?.kid === undefined) throw new Error(`${issuerKeysFile} holds no key with an id.`);
  const { customerId, role, subject, lifetimeMinutes, issuer = DEVELOPMENT_ISSUER } = claims;
  return new SignJWT({ roles: [role], ...(customerId === undefined ? {} : { customer_id: customerId }) })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(DEVELOPMENT_AUDIENCE)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${lifetimeMinutes} minutes`)
    .sign(await importJWK(key, 'EdDSA'));
}
