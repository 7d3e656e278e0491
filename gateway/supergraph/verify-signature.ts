/**
 * Whether the bytes of a supergraph are signed by one of the keys: a detached JWS (RFC 7515, appendix F), with the bytes
 * as they are (`b64: false`, RFC 7797) or encoded. Knows neither where the bytes come from nor GraphQL.
 */

import { decodeProtectedHeader, flattenedVerify, type FlattenedVerifyGetKey } from 'jose';

import type { PublicKeys } from './public-keys.ts';
import { SupergraphRefused } from './supergraph-refused.ts';

/** Asymmetric only; `none` and HMAC are no signatures of somebody whose public key is known. */
const ALGORITHMS = ['Ed25519', 'EdDSA', 'ES256'];

/** `name` is what people call the supergraph. Rejects with SupergraphRefused. */
export async function verifySignature(
  name: string,
  bytes: Uint8Array,
  { signature, keys }: { readonly signature: string | undefined; readonly keys: PublicKeys },
): Promise<void> {
  const says = await problemOf(bytes, signature, keys);
  if (says !== undefined) throw new SupergraphRefused('bad_signature', [`The supergraph ${name} ${says}.`]);
}

async function problemOf(
  bytes: Uint8Array,
  text: string | undefined,
  keys: PublicKeys,
): Promise<string | undefined> {
  if (text === undefined) return 'is not signed, and must be';
  const parts = /^(?<head>[\w-]+)\.\.(?<signature>[\w-]+)$/.exec(text.trim())?.groups;
  const { head = '', signature = '' } = parts ?? {};
  if (parts === undefined) return 'has a signature that is no detached JWS';
  try {
    const isPlain = decodeProtectedHeader({ protected: head }).b64 === false;
    const payload = isPlain ? bytes : Buffer.from(bytes).toString('base64url');
    const keyOf: FlattenedVerifyGetKey = ({ kid = '' }) => {
      const key = keys.get(kid);
      if (key === undefined) throw new Error('no such key');
      return key;
    };
    await flattenedVerify({ protected: head, payload, signature }, keyOf, { algorithms: ALGORITHMS });
    return undefined;
  } catch {
    // Which of the many ways it is wrong in helps only who forges one.
    return 'has a signature that none of the keys confirms';
  }
}
