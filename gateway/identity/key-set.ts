/**
 * A set of public keys as it comes from an issuer, checked before any of it is used. Knows JWKS (RFC 7517) and not
 * where it comes from.
 */

import { createPublicKey } from 'node:crypto';

import { createLocalJWKSet, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose';

import { isRecord } from '../base/is-record.ts';
import type { IssuerConfig } from '../config/options.ts';
import type { Logger } from '../telemetry/create-logger.ts';

/** What is wrong with a key set, in a sentence without any of its text. */
export class KeySetRefused extends Error {}

/** Tells the log where no token can be verified by it. Throws KeySetRefused where it is none, or holds a key that should never leave the issuer. */
export function readKeySet(
  text: string,
  { issuer, algorithms }: Pick<IssuerConfig, 'issuer' | 'algorithms'>,
  log: Logger,
): JWTVerifyGetKey {
  const keySet = parse(text);
  if (keySet === undefined) throw new KeySetRefused('cannot be read as a JWKS');
  if (keySet.keys.some((key) => key.kty === 'oct' || key.d !== undefined)) {
    throw new KeySetRefused('must hold public keys only');
  }
  // Not refused: an issuer may take all its keys back.
  if (!keySet.keys.some((key) => algorithms.some((algorithm) => fits(key, algorithm))))
    log.warn(
      { issuer, algorithms },
      'no key of an issuer fits its algorithms: each of its tokens is refused',
    );
  return createLocalJWKSet(keySet);
}

/** Whether a token that is signed by the algorithm could be verified by the key. */
function fits(key: JWK, algorithm: string): boolean {
  const { alg = algorithm, use = 'sig', kty } = key;
  return alg === algorithm && use === 'sig' && kty === TYPES[algorithm.slice(0, 2)] && isPublicKey(key);
}

/** By how the algorithms begin (RFC 7518, section 3.1; RFC 8037). */
const TYPES: Readonly<Record<string, string>> = { Ed: 'OKP', ES: 'EC', PS: 'RSA', RS: 'RSA' };

function isPublicKey(key: JWK): boolean {
  try {
    return createPublicKey({ key, format: 'jwk' }).type === 'public';
  } catch {
    // What is missing in it is the issuer's to know.
    return false;
  }
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
