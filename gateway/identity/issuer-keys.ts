/**
 * The public keys of a token issuer, from a file at the start or from an address when they are needed.
 * Knows JWKS (RFC 7517); does not know what the keys are used for.
 */

import { readFileSync } from 'node:fs';

import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

import { isRecord } from '../base/is-record.ts';
import { StartRefused } from '../base/start-refused.ts';
import type { IssuerConfig } from '../config/options.ts';

/** Throws StartRefused where the file holds no usable key set, or a key that should never leave the issuer. */
export function issuerKeys({ issuer, jwksFile, jwksUrl }: IssuerConfig): JWTVerifyGetKey {
  if (jwksUrl !== undefined) return createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 5_000 });
  if (jwksFile === undefined) throw new StartRefused([`The issuer ${issuer} has no keys.`]);
  const keySet = readKeySet(jwksFile, issuer);
  if (keySet.keys.some((key) => key.kty === 'oct' || key.d !== undefined)) {
    throw new StartRefused([`The key set ${jwksFile} of ${issuer} must hold public keys only.`]);
  }
  return createLocalJWKSet(keySet);
}

function readKeySet(file: string, issuer: string): JSONWebKeySet {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isKeySet(value)) return value;
  } catch {
    // Whatever is wrong with the file, the sentence below is the answer; its text may hold secrets.
  }
  throw new StartRefused([`The key set ${file} of ${issuer} cannot be read as a JWKS.`]);
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return isRecord(value) && Array.isArray(value['keys']) && value['keys'].every(isRecord);
}
