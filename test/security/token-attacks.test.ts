/**
 * Tokens that an attacker would try: each is refused with the check that it failed, none makes the gateway fetch what
 * the token names, and no token is ever written to the log.
 */

import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type JWK,
  type JWTPayload,
} from 'jose';

import { requestError } from '../kit/expected-error.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { AUDIENCE, createTokenIssuer, ISSUER, type TokenIssuer } from '../kit/token-issuer.ts';

const QUERY = '{ customer(id: "1") { name } }';
const ANSWER = { data: { customer: { name: 'Ada Byron' } } };
const now = () => Math.floor(Date.now() / 1000);
const right = { iss: ISSUER, aud: AUDIENCE, sub: 'anna', exp: now() + 60 };

let issuer: TokenIssuer;
let gateway: TestGateway;
let trap: Server;
let trapped: string[];
const sent: string[] = [];

beforeAll(async () => {
  issuer = await createTokenIssuer();
  gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { identity: { issuers: [issuer.config] } },
  });
  trapped = [];
  trap = createServer((received, response) => {
    trapped.push(received.url ?? '');
    response.end('{"keys":[]}');
  });
  await new Promise<void>((resolve) => void trap.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await gateway.stop();
  issuer.stop();
  await new Promise((resolve) => trap.close(resolve));
});

// Reason for the cast: a TCP server that listens has an address and a port.
const trapUrl = (path: string) => `http://127.0.0.1:${(trap.address() as AddressInfo).port}${path}`;
const publicKey = (): JWK => JSON.parse(readFileSync(issuer.jwksFile, 'utf8')).keys[0];

async function signedByAttacker(header: Record<string, unknown>): Promise<string> {
  const pair = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'mine' };
  const embedded = header['jwk'] === true ? { jwk } : {};
  return new SignJWT(right)
    .setProtectedHeader({ alg: 'EdDSA', kid: 'mine', ...header, ...embedded })
    .sign(pair.privateKey);
}

async function signedByPublicKey(secret: 'SPKI' | 'x' | 'JWK'): Promise<string> {
  const jwk = publicKey();
  const key = await importJWK(jwk, 'EdDSA', { extractable: true });
  if (key instanceof Uint8Array) throw new Error('the key is not public');
  const texts = { SPKI: await exportSPKI(key), x: jwk.x ?? '', JWK: JSON.stringify(jwk) };
  return new SignJWT(right)
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(new TextEncoder().encode(texts[secret]));
}

function rewritten(token: string, header: object): string {
  const [, payload, signature] = token.split('.');
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), payload, signature].join('.');
}

test.each<[string, string, () => Promise<string> | string]>([
  ['with alg none', 'algorithm', () => new UnsecuredJWT(right).encode()],
  [
    'with alg NONE and the signature of another',
    'algorithm',
    async () => rewritten(await issuer.token(), { alg: 'NONE', kid: 'one' }),
  ],
  ['signed by HMAC with the public key as PEM', 'algorithm', () => signedByPublicKey('SPKI')],
  ['signed by HMAC with the public key’s bytes', 'algorithm', () => signedByPublicKey('x')],
  ['signed by HMAC with the public key as JWK', 'algorithm', () => signedByPublicKey('JWK')],
  ['whose kid is a path', 'signature', () => signedByAttacker({ kid: '../../../../dev/null' })],
  ['whose kid is SQL', 'signature', () => signedByAttacker({ kid: "one' or '1'='1" })],
  ['whose kid is that of another’s key', 'signature', () => signedByAttacker({ kid: 'one' })],
  ['that brings its own key', 'signature', () => signedByAttacker({ jwk: true })],
  ['that names where its keys are', 'signature', () => signedByAttacker({ jku: trapUrl('/jku') })],
  ['that names where its certificate is', 'signature', () => signedByAttacker({ x5u: trapUrl('/x5u') })],
  ['that brings its own certificate', 'signature', () => signedByAttacker({ x5c: ['MIIB'] })],
  ['whose issuer is an address', 'issuer', () => issuer.token({ iss: trapUrl('/') })],
  ['whose issuer differs by a slash', 'issuer', () => issuer.token({ iss: `${ISSUER}/` })],
  ['whose audience only begins right', 'audience', () => issuer.token({ aud: `${AUDIENCE}-2` })],
  ['without an audience', 'audience', () => issuer.token({}, ['aud'])],
  [
    'that says an extension is critical',
    'extension',
    async () => rewritten(await issuer.token(), { alg: 'EdDSA', kid: 'one', crit: ['exp2'], exp2: 1 }),
  ],
  [
    'whose list of critical extensions is empty',
    'extension',
    async () => rewritten(await issuer.token(), { alg: 'EdDSA', kid: 'one', crit: [] }),
  ],
  [
    'that calls its holder as nobody is called',
    'claims',
    () => issuer.token({ sub: 'anonymous', scope: 'orders:read' }),
  ],
  ['that has expired beyond the tolerance', 'expired', () => issuer.token({ exp: now() - 10 })],
  ['that is not valid yet', 'not yet valid', () => issuer.token({ nbf: now() + 60 })],
  ['whose end is before all time', 'expired', () => issuer.token({ exp: -1 })],
  ['that is longer than any token', 'malformed', () => issuer.token({ filler: 'x'.repeat(9_000) })],
  [
    'whose header is not JSON',
    'malformed',
    async () => `bm9wZQ.${(await issuer.token()).split('.').slice(1).join('.')}`,
  ],
  [
    'without a signature',
    'signature',
    async () => `${(await issuer.token()).split('.').slice(0, 2).join('.')}.`,
  ],
])('a token %s is refused: %s', async (_what, reason, makeToken) => {
  const token = await makeToken();
  sent.push(token);
  const answer = await gateway.send('/graphql', postOf(QUERY, { token }));
  expect({ ...answer, headers: answer.headers.get('www-authenticate') }).toEqual({
    status: 401,
    headers: `Bearer error="invalid_token", error_description="${reason}"`,
    body: { errors: [requestError('UNAUTHENTICATED', { reason })] },
  });
  const lines = gateway.logged();
  expect(lines.findLast(({ msg }) => msg === 'token refused')).toMatchObject({
    level: 'warn',
    check: reason,
  });
});

test('two Authorization headers are refused, whichever of them is right', async () => {
  const token = await issuer.token();
  sent.push(token);
  const answers = await Promise.all(
    [
      [`Bearer ${token}`, 'Bearer abc'],
      ['Bearer abc', `Bearer ${token}`],
      [`Bearer ${token}`, `Bearer ${token}`],
    ].map(askWithHeaders),
  );
  const refused = {
    status: 401,
    challenge: 'Bearer error="invalid_token", error_description="repeated"',
    body: { errors: [requestError('UNAUTHENTICATED', { reason: 'repeated' })] },
  };
  expect(answers).toEqual([refused, refused, refused]);
});

function askWithHeaders(authorization: string[]): Promise<object> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ query: QUERY });
    const headers = { 'content-type': 'application/json' };
    const asking = request(`${gateway.url}/graphql`, { method: 'POST', headers }, (response) => {
      const challenge = response.headers['www-authenticate'];
      text(response).then(
        (read) => resolve({ status: response.statusCode, challenge, body: JSON.parse(read) }),
        reject,
      );
    });
    asking.setHeader('authorization', authorization);
    asking.on('error', reject).end(body);
  });
}

test('a token that fills the header is refused before it is read', async () => {
  const answer = await gateway.send('/graphql', postOf(QUERY, { token: 'x'.repeat(20_000) }));
  expect(answer.status).toBe(431);
});

test('a token in the address, the body or a cookie is not looked at', async () => {
  const token = await issuer.token({ roles: ['sales'] });
  sent.push(token);
  const init = postOf(QUERY, { headers: { cookie: `access_token=${token}` } });
  const answer = await gateway.send(`/graphql?access_token=${token}&authorization=Bearer%20${token}`, init);
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: ANSWER });
});

test.each<[string, JWTPayload]>([
  ['scope', { scope: ['customers:read'] }],
  ['scp', { scp: 'customers:read' }],
])('scopes in the claim %s that is not read so grant nothing, and are logged once', async (claim, claims) => {
  for (const _ of [1, 2]) {
    const token = await issuer.token(claims);
    sent.push(token);
    expect(await gateway.ask(QUERY, { token })).toEqual(ANSWER);
  }
  const sentence = 'a token has scopes in a claim that is not read so, and grants none';
  const told = gateway.logged().filter((line) => line['msg'] === sentence && line['claim'] === claim);
  expect(told.length).toBe(1);
});

test('an unknown role is logged once, however many tokens name it', async () => {
  for (const roles of [['juggler'], ['juggler', 'sales'], ['__proto__']]) {
    const token = await issuer.token({ roles });
    sent.push(token);
    await gateway.ask(QUERY, { token });
  }
  const told = gateway.logged().filter(({ msg }) => msg === 'a token names a role that grants nothing');
  expect(told.map(({ role }) => role)).toEqual(['juggler', '__proto__']);
});

test('nothing that a token names was fetched, and no token or part of one stands in the log', () => {
  expect(trapped).toEqual([]);
  const log = JSON.stringify(gateway.logged());
  const parts = sent.flatMap((token) => token.split('.')).filter((part) => part.length > 8);
  expect(sent.length).toBeGreaterThan(20);
  expect(parts.filter((part) => log.includes(part))).toEqual([]);
});
