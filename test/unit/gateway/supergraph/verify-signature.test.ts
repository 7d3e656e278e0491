/**
 * Which signatures of a supergraph count.
 */

import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FlattenedSign, importJWK } from 'jose';
import { pino } from 'pino';

import { StartRefused } from '../../../../gateway/base/start-refused.ts';
import { followPublicKeys, type PublicKeys } from '../../../../gateway/supergraph/public-keys.ts';
import { verifySignature } from '../../../../gateway/supergraph/verify-signature.ts';
import { signDetached } from '../../../../tools/signing/sign-detached.ts';
import { createSigningKey, keySetOf } from '../../../kit/signing-keys.ts';

const BYTES = Buffer.from('type Query { ä: Int }\n');
const FORGED = 'has a signature that none of the keys confirms';
const old = createSigningKey('old');
const next = createSigningKey('next', 'ES256');
const log = pino({ level: 'silent' });

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tributary-signature-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function keysFrom(text: string): PublicKeys {
  const file = join(folder, 'keys.json');
  writeFileSync(file, text);
  return followPublicKeys(file, log).current();
}

async function verdict(signature: string | undefined, bytes = BYTES): Promise<string> {
  const keys = keysFrom(keySetOf(old, next));
  return verifySignature('x', bytes, { signature, keys }).then(
    () => 'good',
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );
}

const base64url = (text: string) => Buffer.from(text).toString('base64url');

test.each([old, next])('what one of several keys has signed is good', async ({ privateKey }) => {
  const signature = await signDetached(BYTES, privateKey);
  expect(signature).toMatch(/^[\w-]+\.\.[\w-]+$/);
  expect(await verdict(`${signature}\n`)).toBe('good');
});

test('a signature over the encoded bytes, the form without RFC 7797, is good too', async () => {
  const key = await importJWK(old.privateKey, 'Ed25519');
  const jws = await new FlattenedSign(BYTES).setProtectedHeader({ alg: 'EdDSA', kid: 'old' }).sign(key);
  expect(await verdict(`${jws.protected}..${jws.signature}`)).toBe('good');
});

test('one altered byte makes it worthless', async () => {
  const signature = await signDetached(BYTES, old.privateKey);
  for (const position of BYTES.keys()) {
    const altered = Buffer.from(BYTES);
    altered[position]! ^= 1;
    expect(await verdict(signature, altered)).toBe(`The supergraph x ${FORGED}.`);
  }
});

test('the signature of another key under a known name is refused', async () => {
  const stranger = createSigningKey('old');
  expect(await verdict(await signDetached(BYTES, stranger.privateKey))).toContain(FORGED);
});

test('a key that is not listed is refused', async () => {
  const stranger = createSigningKey('stranger');
  expect(await verdict(await signDetached(BYTES, stranger.privateKey))).toContain(FORGED);
});

test('no algorithm, or one that shares a secret, is refused', async () => {
  const none = base64url('{"alg":"none","kid":"old"}');
  expect(await verdict(`${none}..${base64url('x')}`)).toContain(FORGED);
  const head = base64url('{"alg":"HS256","kid":"old"}');
  // The secret is the public key, in the ways that a verifier could take it for one.
  for (const secret of [JSON.stringify(old.publicKey), Buffer.from(old.publicKey.x!, 'base64url')]) {
    const mac = createHmac('sha256', secret)
      .update(`${head}.${BYTES.toString('base64url')}`)
      .digest('base64url');
    expect(await verdict(`${head}..${mac}`)).toContain(FORGED);
  }
});

test.each([
  [undefined, 'is not signed, and must be'],
  ['', 'has a signature that is no detached JWS'],
  ['a.b.c', 'has a signature that is no detached JWS'],
  ['<html>', 'has a signature that is no detached JWS'],
  [`${base64url('{')}..AA`, FORGED],
  [`${base64url('{"alg":"Ed25519","kid":"old","b64":false,"crit":["b64","exp"]}')}..AA`, FORGED],
])('a signature %j is refused', async (signature, says) => {
  expect(await verdict(signature)).toBe(`The supergraph x ${says}.`);
});

test.each([
  ['{', 'cannot be read as a JWKS'],
  ['{"keys":[]}', 'holds no key'],
  [JSON.stringify({ keys: [{ ...old.publicKey, kid: undefined }] }), 'needs a kid for every key'],
  [JSON.stringify({ keys: [old.privateKey] }), 'must hold public keys only'],
  ['{"keys":[{"kid":"a","kty":"oct","k":"c2VjcmV0"}]}', 'must hold public keys only'],
  ['{"keys":[{"kid":"a","kty":"RSA","n":"AQAB","e":"AQAB"}]}', 'may hold keys of Ed25519 and P-256 only'],
  ['{"keys":[{"kid":"a","kty":"OKP","crv":"Ed25519","x":"AA"}]}', 'holds a key that cannot be used'],
])('a key set %s is refused', (text, because) => {
  expect(() => keysFrom(text)).toThrow(StartRefused);
  expect(() => keysFrom(text)).toThrow(because);
});
