/**
 * A subgraph answers the gateway, once for each request that the gateway made, and nobody else.
 */

import { randomBytes } from 'node:crypto';

import { beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

import { CALLER_TOKEN_ISSUER, claimsOfPrincipal } from '../../../../schema/contract/caller-token.ts';
import { unchanging } from '../../../../schema/contract/follow-files.ts';
import { signMessage } from '../../../../schema/contract/message-signature.ts';
import type { Principal } from '../../../../schema/contract/principal.ts';
import type { CallerKeys } from '../../../../subgraphs/kit/caller-keys.ts';
import { createCallerCheck, type CallerRequest } from '../../../../subgraphs/kit/verify-caller.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const NOW_S = NOW_MS / 1000;
const principal: Principal = { subject: 'sales', roles: ['sales'], scopes: ['customers:read'] };
const secret = randomBytes(32);

let gatewayKey: CryptoKey;
let otherKey: CryptoKey;
let keys: CallerKeys;

beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA', { extractable: true });
  otherKey = (await generateKeyPair('EdDSA')).privateKey;
  gatewayKey = pair.privateKey;
  const tokenKeys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k' }] });
  keys = { tokenKeys, secrets: new Map([['k', secret]]) };
});

test('the gateway’s own request is proven and carries the principal', async () => {
  expect(await check(await request({}))).toEqual({ kind: 'proven', principal });
});

test('a request that comes twice is refused the second time', async () => {
  const checkCaller = createCallerCheck(unchanging(keys), 'crm', () => NOW_MS);
  const repeated = await request({});
  expect((await checkCaller(repeated)).kind).toBe('proven');
  expect(await checkCaller(repeated)).toEqual({ kind: 'refused', because: 'the request was seen before' });
});

test('what was seen before is remembered for no longer than it counts, also where the clock was set back', async () => {
  let nowS = NOW_S + 3_600;
  const checkCaller = createCallerCheck(unchanging(keys), 'crm', () => nowS * 1000);
  const at = async (seconds: number, nonce: string) => {
    nowS = NOW_S + seconds;
    return (await checkCaller(await request({ createdS: nowS, issuedS: nowS, nonce }))).kind;
  };
  const [one, other, third] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)] as const;
  expect([await at(0, one), await at(29, one), await at(61, other)]).toEqual(['proven', 'refused', 'proven']);
  expect([await at(122, third), await at(122, one)]).toEqual(['proven', 'proven']);
});

test.each<[string, () => Promise<CallerRequest>]>([
  ['no proof at all', async () => ({ ...(await request({})), headers: {} })],
  ['a token for another subgraph', () => request({ audience: 'shop' })],
  ['a token of another issuer', () => request({ issuer: 'somebody' })],
  ['a token by another key', () => request({ key: otherKey })],
  ['a token that has expired', () => request({ issuedS: NOW_S - 600 })],
  ['a token that lives too long', () => request({ lifetimeS: 86_400, issuedS: NOW_S - 3600 })],
  ['a token without a principal', () => request({ claims: { sub: 'sales', roles: 'sales', scopes: [] } })],
  ['another body than was signed', async () => ({ ...(await request({})), body: '{"query":"{ other }"}' })],
  ['another path than was signed', async () => ({ ...(await request({})), path: '/other' })],
  ['an old signature', () => request({ createdS: NOW_S - 31 })],
  ['a signature from the future', () => request({ createdS: NOW_S + 31 })],
  ['a signature by another secret', () => request({ secret: randomBytes(32) })],
  ['a signature by a key that is not active', () => request({ keyId: 'gone' })],
  [
    'an idempotency key that was not signed',
    async () => withHeader(await request({}), 'idempotency-key', 'k-1'),
  ],
  [
    'an empty idempotency key that was not signed',
    async () => withHeader(await request({}), 'idempotency-key', ''),
  ],
  [
    'two authorization headers',
    async () => withHeader(await request({}), 'authorization', ['Bearer a', 'Bearer b']),
  ],
])('%s is refused', async (_what, make) => {
  expect((await check(await make())).kind).toBe('refused');
});

test('an idempotency key that the gateway signed comes with the principal', async () => {
  const idempotencyKey = 'k-1';
  expect(await check(await request({ idempotencyKey }))).toEqual({
    kind: 'proven',
    principal,
    idempotencyKey,
  });
});

test.each<[string, CallerRequest['headers']]>([
  ['changed', { 'idempotency-key': 'k-2' }],
  ['emptied', { 'idempotency-key': '' }],
  ['taken away', { 'idempotency-key': undefined }],
  ['joined by a second one', { 'idempotency-key': ['k-1', 'k-1'] }],
])('a request whose idempotency key was %s on the way is refused', async (_what, changed) => {
  const signed = await request({ idempotencyKey: 'k-1' });
  const verdict = await check({ ...signed, headers: { ...signed.headers, ...changed } });
  expect(verdict.kind).toBe('refused');
});

interface Making {
  readonly audience?: string;
  readonly issuer?: string;
  readonly key?: CryptoKey;
  readonly secret?: Uint8Array;
  readonly keyId?: string;
  readonly issuedS?: number;
  readonly lifetimeS?: number;
  readonly createdS?: number;
  readonly claims?: Record<string, unknown>;
  readonly idempotencyKey?: string;
  readonly nonce?: string;
}

async function request(making: Making): Promise<CallerRequest> {
  const { issuedS = NOW_S, lifetimeS = 60, createdS = NOW_S, idempotencyKey } = making;
  const token = await new SignJWT(making.claims ?? { ...claimsOfPrincipal(principal) })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
    .setIssuer(making.issuer ?? CALLER_TOKEN_ISSUER)
    .setAudience(making.audience ?? 'crm')
    .setIssuedAt(issuedS)
    .setExpirationTime(issuedS + lifetimeS)
    .sign(making.key ?? gatewayKey);
  const message = {
    method: 'POST',
    path: '/graphql',
    body: '{"query":"{ a }"}',
    authorization: `Bearer ${token}`,
    idempotencyKey,
  };
  const key = { keyId: making.keyId ?? 'k', secret: making.secret ?? secret };
  const { nonce = randomBytes(16).toString('hex') } = making;
  const signature = signMessage(message, key, { createdS, nonce });
  const { method, path, body, authorization } = message;
  const headers = {
    authorization,
    ...signature,
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
  };
  return { method, path, body, headers };
}

function withHeader(original: CallerRequest, name: string, value: string | string[]): CallerRequest {
  return { ...original, headers: { ...original.headers, [name]: value } };
}

function check(given: CallerRequest) {
  return createCallerCheck(unchanging(keys), 'crm', () => NOW_MS)(given);
}
