/**
 * A subgraph that is asked past the gateway says nothing: not its schema, not its SDL, not what is there. Each attempt
 * is logged with the check that failed, and with nothing of the proof.
 */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { importJWK, SignJWT, type JWK } from 'jose';

import { CALLER_TOKEN_ISSUER } from '../../schema/contract/caller-token.ts';
import { ERRORS } from '../../schema/contract/errors.ts';
import { signMessage } from '../../schema/contract/message-signature.ts';
import { startCompany, type TestCompany } from '../kit/start-company.ts';

const ASKING_FOR_SDL = '{"query":"{ _service { sdl } }"}';

let company: TestCompany;

beforeAll(async () => {
  company = await startCompany({ down: ['accounting', 'shop'] });
});

afterAll(() => company.stop());

interface Proof {
  readonly audience?: string;
  readonly issuedS?: number;
  readonly createdS?: number;
  readonly body?: string;
  readonly path?: string;
  readonly keyId?: string;
}

const nowS = () => Math.floor(Date.now() / 1000);
const headersOf = (authorization: string) => ({ 'content-type': 'application/json', authorization });

/** What the gateway would send, except where said otherwise. */
async function prove(proof: Proof = {}): Promise<Record<string, string>> {
  const { keys }: { keys: JWK[] } = JSON.parse(readFileSync(company.keys.gatewayCaller, 'utf8'));
  const signing = keys.find(({ kty }) => kty === 'OKP') ?? { kty: '' };
  const shared = keys.find(({ kid }) => kid?.startsWith('crm-'));
  const issuedS = proof.issuedS ?? nowS();
  const token = await new SignJWT({ sub: 'mallory', roles: [], scopes: ['customers:read'] })
    .setProtectedHeader({ alg: 'EdDSA', kid: signing.kid ?? '' })
    .setIssuer(CALLER_TOKEN_ISSUER)
    .setAudience(proof.audience ?? 'crm')
    .setIssuedAt(issuedS)
    .setExpirationTime(issuedS + 60)
    .sign(await importJWK(signing, 'EdDSA'));
  const authorization = `Bearer ${token}`;
  const signature = signMessage(
    { method: 'POST', path: proof.path ?? '/graphql', body: proof.body ?? ASKING_FOR_SDL, authorization },
    { keyId: proof.keyId ?? shared?.kid ?? '', secret: Buffer.from(shared?.k ?? '', 'base64url') },
    { createdS: proof.createdS ?? nowS(), nonce: randomUUID() },
  );
  return { ...headersOf(authorization), ...signature };
}

async function askCrm(headers: Record<string, string>, body = ASKING_FOR_SDL) {
  const response = await fetch(company.subgraphUrl('crm'), { method: 'POST', headers, body });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const refused = (reason: string) => ({
  status: 401,
  body: {
    errors: [{ message: ERRORS.CALLER_NOT_PROVEN.says, extensions: { code: 'CALLER_NOT_PROVEN', reason } }],
  },
});

const lastRefusal = () =>
  company
    .logged()
    .map((line): Record<string, unknown> => JSON.parse(line))
    .findLast(({ msg }) => msg === 'a caller was refused')?.['because'];

test('with a right proof it answers once, and a second time the same request is refused', async () => {
  const headers = await prove();
  expect((await askCrm(headers)).status).toBe(200);
  expect(await askCrm(headers)).toEqual(refused('the request was seen before'));
});

test.each<[string, string, () => Promise<Record<string, string>> | Record<string, string>]>([
  ['no proof', 'the caller token is missing', () => ({ 'content-type': 'application/json' })],
  [
    'a token alone',
    'the signature is missing or malformed',
    async () => headersOf((await prove())['authorization'] ?? ''),
  ],
  [
    'a token for another subgraph',
    'the caller token was not accepted: ERR_JWT_CLAIM_VALIDATION_FAILED',
    () => prove({ audience: 'shop' }),
  ],
  [
    'a stale token',
    'the caller token was not accepted: ERR_JWT_EXPIRED',
    () => prove({ issuedS: nowS() - 120 }),
  ],
  [
    'a stale signature',
    'the signature is older than 30 s by this clock: the clocks differ, or the call was late',
    () => prove({ createdS: nowS() - 60 }),
  ],
  [
    'a signature from the future',
    'the signature is more than 30 s ahead of this clock: the clocks differ',
    () => prove({ createdS: nowS() + 60 }),
  ],
  ['a signature over another body', 'the body is not the one that was signed', () => prove({ body: '{}' })],
  ['a signature over another path', 'the signature does not match', () => prove({ path: '/live' })],
  ['a key that is not known', 'the key is not known', () => prove({ keyId: 'made-up' })],
])('with %s it does not even tell its SDL: %s', async (_what, reason, make) => {
  expect(await askCrm(await make())).toEqual(refused(reason));
  expect(lastRefusal()).toBe(reason);
});

test.each([
  ['_service', '{ _service { sdl } }'],
  ['introspection', '{ __schema { types { name } } }'],
  ['_entities', '{ _entities(representations: []) { __typename } }'],
  ['a type’s name', '{ __typename }'],
])('%s is not answered without a proof', async (_what, query) => {
  const headers = { 'content-type': 'application/json', 'x-user-id': 'admin', 'x-principal': 'admin' };
  expect(await askCrm(headers, JSON.stringify({ query }))).toEqual(refused('the caller token is missing'));
});

test.each(['/', '/health', '/metrics', '/graphql', '/graphql?query={__typename}', '/.well-known/jwks.json'])(
  'GET %s tells nothing, not even whether it is there',
  async (path) => {
    const response = await fetch(new URL(path, company.subgraphUrl('crm')));
    const answer = { status: response.status, body: await response.json() };
    expect(answer).toEqual(refused('nothing else is asked here'));
  },
);

test('the probes say one word and no detail', async () => {
  const probe = async (path: string) => (await fetch(new URL(path, company.subgraphUrl('crm')))).text();
  expect([await probe('/live'), await probe('/ready')]).toEqual(['{"status":"live"}', '{"status":"ready"}']);
});

test('no token, signature or secret of these attempts stands in the log', () => {
  const log = company.logged().join('');
  expect(['eyJ', 'gateway=:', 'Bearer'].filter((text) => log.includes(text))).toEqual([]);
});
