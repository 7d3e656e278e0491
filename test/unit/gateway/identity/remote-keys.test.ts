/**
 * Keys at an address: fetched when needed, refreshed with restraint, and kept when a refresh fails.
 */

import { errors, exportJWK, generateKeyPair, SignJWT, jwtVerify, type JWK, type JWTVerifyGetKey } from 'jose';

import { readKeySet } from '../../../../gateway/identity/key-set.ts';
import { createRemoteKeys } from '../../../../gateway/identity/remote-keys.ts';
import { createLogger } from '../../../../gateway/telemetry/create-logger.ts';
import { ERRORS } from '../../../../schema/contract/errors.ts';

interface Made {
  readonly jwk: JWK;
  readonly token: string;
}

let nowMs: number;
let fetches: number;
let serve: () => Promise<string>;
let keys: JWTVerifyGetKey;
let lines: string[];

beforeEach(() => {
  nowMs = 0;
  fetches = 0;
  lines = [];
  const log = createLogger({ level: 'info' }, { write: (line) => void lines.push(line) });
  const fetchKeys = async () => {
    fetches += 1;
    return readKeySet(await serve(), { issuer: 'i', algorithms: ['EdDSA'] }, log);
  };
  keys = createRemoteKeys({ issuer: 'i', fetchKeys, nowMs: () => nowMs, log });
});

async function make(kid: string): Promise<Made> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'EdDSA', kid }).sign(privateKey);
  return { jwk: { ...(await exportJWK(publicKey)), kid }, token };
}

const serving =
  (...made: Made[]) =>
  async () =>
    JSON.stringify({ keys: made.map(({ jwk }) => jwk) });
const verdictOn = (token: string) =>
  jwtVerify(token, keys).then(
    () => 'right',
    (error: unknown) => (error instanceof errors.JOSEError ? error.code : String(error)),
  );

test('one fetch serves all who ask, at once and later', async () => {
  const one = await make('one');
  serve = serving(one);
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => verdictOn(one.token)));
  expect([new Set(verdicts), fetches]).toEqual([new Set(['right']), 1]);
});

test('a key that is new at the issuer is fetched when a token names it', async () => {
  const [one, two] = [await make('one'), await make('two')];
  serve = serving(one);
  await verdictOn(one.token);
  serve = serving(one, two);
  nowMs += 30_000;
  expect([await verdictOn(two.token), fetches]).toEqual(['right', 2]);
});

test('a flood of unknown keys makes one fetch per cooldown, and known keys are not delayed by it', async () => {
  const one = await make('one');
  serve = serving(one);
  await verdictOn(one.token);
  const strangers = await Promise.all(Array.from({ length: 50 }, (_, index) => make(`made-up-${index}`)));
  const verdicts = await Promise.all(strangers.map(({ token }) => verdictOn(token)));
  expect([new Set(verdicts), fetches]).toEqual([new Set(['ERR_JWKS_NO_MATCHING_KEY']), 1]);
  nowMs += 30_000;
  await Promise.all(strangers.map(({ token }) => verdictOn(token)));
  expect(fetches).toBe(2);
  serve = () => new Promise(() => undefined);
  nowMs += 30_000;
  void verdictOn(strangers[0]?.token ?? '');
  expect(await verdictOn(one.token)).toBe('right');
});

test('keys that are old are fetched again while the old ones answer', async () => {
  const [one, two] = [await make('one'), await make('two')];
  serve = serving(one);
  await verdictOn(one.token);
  nowMs += 600_001;
  const { promise, resolve } = Promise.withResolvers<string>();
  serve = () => promise;
  expect([await verdictOn(one.token), fetches]).toEqual(['right', 2]);
  resolve(await serving(two)());
  await new Promise(setImmediate);
  expect([await verdictOn(two.token), fetches]).toEqual(['right', 2]);
  expect(await verdictOn(one.token)).toBe('ERR_JWKS_NO_MATCHING_KEY');
});

test.each<[string, () => Promise<string>]>([
  ['fails', () => Promise.reject(new Error('connection refused'))],
  ['is not JSON', async () => '<html>'],
  ['is no key set', async () => '{"keys":{}}'],
  ['holds a secret', async () => '{"keys":[{"kty":"oct","k":"c2VjcmV0LWNhbmFyeQ"}]}'],
  [
    'holds a private key',
    async () => '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"eA","d":"c2VjcmV0LWNhbmFyeQ"}]}',
  ],
])('the last good keys stay when a refresh %s, and the log says so', async (_what, broken) => {
  const one = await make('one');
  serve = serving(one);
  await verdictOn(one.token);
  serve = broken;
  nowMs += 600_001;
  await verdictOn(one.token);
  await new Promise(setImmediate);
  expect([await verdictOn(one.token), fetches]).toEqual(['right', 2]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { issuer: 'i', hasKeys: true, msg: 'keys of an issuer could not be fetched; the last good ones stay' },
  ]);
  expect(lines.join('')).not.toContain('c2VjcmV0LWNhbmFyeQ');
});

test('without any keys the fetch is tried again after a second, not after the whole cooldown', async () => {
  const one = await make('one');
  serve = () => Promise.reject(new Error('connection refused'));
  const unavailable = `GatewayError: ${ERRORS.IDENTITY_UNAVAILABLE.says}`;
  expect(await verdictOn(one.token)).toBe(unavailable);
  serve = serving(one);
  nowMs += 999;
  expect([await verdictOn(one.token), fetches]).toEqual([unavailable, 1]);
  nowMs += 1;
  expect([await verdictOn(one.token), fetches]).toEqual(['right', 2]);
});
