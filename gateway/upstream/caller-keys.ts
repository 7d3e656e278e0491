/**
 * The keys by which the gateway proves itself: one Ed25519 key that signs who asks, and for each subgraph a shared
 * secret that signs each message. Read once at the start; knows nothing of the proofs made with them.
 */

import type { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { importJWK, type JWK } from 'jose';

import type { SignatureKey } from '../../schema/contract/message-signature.ts';
import { isRecord } from '../base/is-record.ts';
import { StartRefused } from '../base/start-refused.ts';

export interface CallerKeys {
  readonly token: { readonly keyId: string; readonly key: webcrypto.CryptoKey };
  /** By the subgraph's name. */
  readonly messages: ReadonlyMap<string, SignatureKey>;
}

const KEY_ID = /^[\w.-]{1,64}$/;

/** The first key of a kind signs; later ones are there while keys change hands. Throws StartRefused. */
export async function readCallerKeys(file: string, subgraphs: readonly string[]): Promise<CallerKeys> {
  const keys = readKeys(file);
  const signing = keys.find((key) => key.kty === 'OKP' && key.crv === 'Ed25519' && key.d !== undefined);
  const problems: string[] = [];
  if (signing === undefined) problems.push(`The key file ${file} holds no private Ed25519 key.`);
  const messages = new Map<string, SignatureKey>();
  for (const subgraph of subgraphs) {
    const key = keys.find(({ kty, aud, k }) => kty === 'oct' && aud === subgraph && k !== undefined);
    const secret = Buffer.from(key?.k ?? '', 'base64url');
    if (secret.length >= 32) messages.set(subgraph, { keyId: key?.kid ?? '', secret });
    else
      problems.push(
        `The key file ${file} holds no oct key of 32 bytes or more for the subgraph ${subgraph}.`,
      );
  }
  if (signing === undefined || problems.length > 0) throw new StartRefused(problems);
  return { token: { keyId: signing.kid ?? '', key: await importSigningKey(file, signing) }, messages };
}

function readKeys(file: string): readonly (JWK & { readonly aud?: unknown })[] {
  const keys = parseKeys(file);
  if (keys === undefined) throw new StartRefused([`The key file ${file} cannot be read as a JWKS.`]);
  if (!keys.every(({ kid }) => typeof kid === 'string' && KEY_ID.test(kid))) {
    throw new StartRefused([`Every key in ${file} needs a kid of letters, digits, "_", "." and "-".`]);
  }
  return keys;
}

function parseKeys(file: string): readonly JWK[] | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(value) && isKeyList(value['keys']) ? value['keys'] : undefined;
  } catch {
    // The cause could quote the file, which holds secrets.
    return undefined;
  }
}

function isKeyList(value: unknown): value is readonly JWK[] {
  return Array.isArray(value) && value.every((key) => isRecord(key) && typeof key['kty'] === 'string');
}

async function importSigningKey(file: string, jwk: JWK): Promise<webcrypto.CryptoKey> {
  const key = await importJWK(jwk, 'EdDSA').catch(() => undefined);
  if (key instanceof CryptoKey) return key;
  throw new StartRefused([`The private Ed25519 key in ${file} cannot be used.`]);
}
