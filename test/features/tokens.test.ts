/**
 * A token is accepted whole or refused with the check that it failed; without one the caller is anonymous.
 */

import { writeFileSync } from 'node:fs';

import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

import { requestError } from '../kit/expected-error.ts';
import { createCallerKeys, type TestCallerKeys } from '../kit/caller-keys.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { AUDIENCE, createTokenIssuer, ISSUER, type TokenIssuer } from '../kit/token-issuer.ts';

const subgraphs = [crm, accounting, shop];
const QUERY = '{ customer(id: "1") { name receivable { amount } } }';

let issuer: TokenIssuer;
let keys: TestCallerKeys;
let gateway: TestGateway;

beforeAll(async () => {
  issuer = await createTokenIssuer();
  keys = await createCallerKeys(['crm', 'accounting', 'shop']);
  const config = { identity: { issuers: [issuer.config] }, callerProof: { keysFile: keys.keysFile } };
  gateway = await startGateway({ subgraphs, config });
});

afterAll(async () => {
  await gateway.stop();
  issuer.stop();
  keys.stop();
});

/** What the CRM was told about the caller of the last request. */
async function lastCaller(): Promise<object> {
  const call = gateway.subgraphs.get('crm')?.received.at(-1);
  if (call === undefined) throw new Error('the crm was not asked');
  const { sub, roles, scopes, customerId } = await keys.claimsOf('crm', call);
  return { sub, roles, scopes, customerId };
}

test('the principal of a token reaches the subgraph with the scopes of its roles', async () => {
  const token = await issuer.token({
    roles: ['warehouse', 'juggler'],
    scope: 'credit:read orders:read',
    customer_id: 'c9',
  });
  await gateway.ask(QUERY, { token });
  expect(await lastCaller()).toEqual({
    sub: 'anna',
    roles: ['warehouse', 'juggler'],
    scopes: ['credit:read', 'orders:read', 'shipments:write', 'stock:write'],
    customerId: 'c9',
  });
});

test.each([
  ['a text', 'credit:read orders:read'],
  ['a list', ['credit:read', 'orders:read']],
])('an issuer may name the scopes in scp, as %s', async (_what, scp) => {
  const identity = { issuers: [{ ...issuer.config, scopeClaim: 'scp' as const }] };
  const callerProof = { keysFile: keys.keysFile };
  const other = await startGateway({ subgraphs, config: { identity, callerProof } });
  await other.ask(QUERY, { token: await issuer.token({ scp, scope: 'stock:write' }) });
  const call = other.subgraphs.get('crm')!.received.at(-1)!;
  expect(await keys.claimsOf('crm', call)).toMatchObject({ scopes: ['credit:read', 'orders:read'] });
  await other.stop();
});

test('without a token the caller is anonymous and has no scope', async () => {
  await gateway.ask(QUERY);
  expect(await lastCaller()).toEqual({ sub: 'anonymous', roles: [], scopes: [], customerId: undefined });
});

const now = () => Math.floor(Date.now() / 1000);
const right = { iss: ISSUER, aud: AUDIENCE, sub: 'anna', exp: now() + 60 };

test.each<[string, string, () => Promise<string> | string]>([
  ['that has expired', 'expired', () => issuer.token({ exp: now() - 60 })],
  ['that is not valid yet', 'not yet valid', () => issuer.token({ nbf: now() + 600 })],
  ['of another issuer', 'issuer', () => issuer.token({ iss: 'https://evil.example' })],
  ['for another audience', 'audience', () => issuer.token({ aud: 'somebody-else' })],
  ['without an end', 'claims', () => issuer.token({}, ['exp'])],
  ['without a subject', 'claims', () => issuer.token({}, ['sub'])],
  ['whose roles are no list', 'claims', () => issuer.token({ roles: 'sales' })],
  ['that is not a token', 'malformed', () => 'abc'],
  ['whose payload was changed', 'signature', async () => changed(await issuer.token())],
  ['signed by a key of nobody’s', 'signature', signedByStranger],
  ['that is not signed', 'algorithm', () => new UnsecuredJWT(right).encode()],
  ['signed by a shared secret', 'algorithm', signedBySecret],
])('a token %s is refused with the reason "%s"', async (_what, reason, makeToken) => {
  const answer = await gateway.send('/graphql', postOf(QUERY, { token: await makeToken() }));
  expect({ ...answer, headers: answer.headers.get('www-authenticate') }).toEqual({
    status: 401,
    headers: `Bearer error="invalid_token", error_description="${reason}"`,
    body: { errors: [requestError('UNAUTHENTICATED', { reason })] },
  });
});

test('an Authorization header of another scheme is refused, not ignored', async () => {
  const answer = await gateway.send('/graphql', postOf(QUERY, { headers: { authorization: 'Basic YTpi' } }));
  expect(answer.body).toEqual({ errors: [requestError('UNAUTHENTICATED', { reason: 'malformed' })] });
});

test('where no identity is configured an Authorization header is ignored', async () => {
  const open = await startGateway({ subgraphs });
  const answer = await open.ask('{ customer(id: "1") { name } }', { token: 'abc' });
  await open.stop();
  expect(answer).toEqual({ data: { customer: { name: 'Ada Byron' } } });
});

async function signedByStranger(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA');
  return new SignJWT(right).setProtectedHeader({ alg: 'EdDSA', kid: 'one' }).sign(privateKey);
}

function signedBySecret(): Promise<string> {
  const secret = new TextEncoder().encode('x'.repeat(32));
  return new SignJWT(right).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret);
}

function changed(token: string): string {
  const [head, , signature] = token.split('.');
  const payload = Buffer.from(JSON.stringify({ ...right, roles: ['finance'] })).toString('base64url');
  return [head, payload, signature].join('.');
}

test('a changed key set that cannot be used is refused with the reason, and the old keys stay', async () => {
  const other = await createTokenIssuer();
  const following = await startGateway({ subgraphs, config: { identity: { issuers: [other.config] } } });
  writeFileSync(other.jwksFile, '{ "keys": [');
  const { privateKey } = await generateKeyPair('EdDSA');
  const header = { alg: 'EdDSA', kid: 'two' };
  const token = await new SignJWT(right).setProtectedHeader(header).sign(privateKey);
  // Who names an unknown key has the file looked at, at once.
  expect(await following.ask(QUERY, { token })).toEqual({
    errors: [requestError('UNAUTHENTICATED', { reason: 'signature' })],
  });
  expect(await following.ask(QUERY, { token: await other.token() })).not.toHaveProperty('errors');
  expect(following.logged().filter(({ level }) => level === 'error')).toEqual([
    expect.objectContaining({
      msg: 'changed keys of an issuer refused; the old ones stay',
      reasons: [`The key set ${other.jwksFile} of ${ISSUER} cannot be read as a JWKS.`],
    }),
  ]);
  await following.stop();
  other.stop();
});

test.each([
  ['is of another algorithm', [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'one' }]],
  ['is for encryption', [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), use: 'enc' }]],
  ['lacks a part', [{ kty: 'OKP', crv: 'Ed25519', kid: 'one' }]],
  ['is not there', []],
])('the log says that no token of an issuer can be accepted whose key %s', async (_what, set) => {
  const other = await createTokenIssuer();
  writeFileSync(other.jwksFile, JSON.stringify({ keys: set }));
  const misled = await startGateway({ subgraphs, config: { identity: { issuers: [other.config] } } });
  await misled.stop();
  other.stop();
  expect(misled.logged()).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      issuer: ISSUER,
      algorithms: ['EdDSA'],
      msg: 'no key of an issuer fits its algorithms: each of its tokens is refused',
    }),
  );
  expect(gateway.logged().map(({ msg }) => msg)).not.toContain(
    'no key of an issuer fits its algorithms: each of its tokens is refused',
  );
});
