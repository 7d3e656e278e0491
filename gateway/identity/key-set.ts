/**
 * A set of public keys as it comes from an issuer, checked before any of it is used. Knows JWKS (RFC 7517) and not
 * where it comes from.
 */

import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

import { isRecord } from '../base/is-record.ts';

/** What is wrong with a key set, in a sentence without any of its text. */
export class KeySetRefused extends Error {}

/** Throws KeySetRefused where it is none, or holds a key that should never leave the issuer. */
export function readKeySet(text: string): JWTVerifyGetKey {
  const keySet = parse(text);
  if (keySet === undefined) throw new KeySetRefused('cannot be read as a JWKS');
  if (keySet.keys.some((key) => key.kty === 'oct' || key.d !== undefined)) {
    throw new KeySetRefused('must hold public keys only');
  }
  return createLocalJWKSet(keySet);
}

function parse(text: string): JSONWebKeySet | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isKeySet(value) ? value : undefined;
  } catch {
    // The parser's sentence quotes the text, which may hold secrets by mistake.
    return undefined;
  }
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return isRecord(value) && Array.isArray(value['keys']) && value['keys'].every(isRecord);
}
