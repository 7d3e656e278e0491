/**
 * A token is verified once and then known, until it ends or its key is no longer its issuer's.
 */

import type { JWTVerifyGetKey } from 'jose';

import { ANONYMOUS } from '../../../../schema/contract/principal.ts';
import { createVerifiedTokens } from '../../../../gateway/identity/verified-tokens.ts';

const TOKEN = 'header.payload.signature';
const identified = { principal: { ...ANONYMOUS, subject: 'anna' }, expiresAtMs: 1_000 };
const header = { alg: 'EdDSA', kid: 'one' };

function setup() {
  const clock = { nowMs: 0 };
  const issuer = { key: {} };
  const tokens = createVerifiedTokens(() => clock.nowMs);
  // Reason for the cast: of a key only which one it is matters here.
  const keys = () =>
    issuer.key === undefined
      ? Promise.reject(new Error('none'))
      : Promise.resolve(issuer.key as Awaited<ReturnType<JWTVerifyGetKey>>);
  tokens.remember(TOKEN, { identified, header, key: issuer.key, keys });
  return { clock, issuer, tokens };
}

test('what was verified is known, and nothing else', async () => {
  const { tokens } = setup();
  expect(await tokens.recall(TOKEN)).toBe(identified);
  expect(await tokens.recall(`${TOKEN}x`)).toBe(undefined);
});

test('until it ends, to the millisecond', async () => {
  const { clock, tokens } = setup();
  clock.nowMs = 999;
  expect(await tokens.recall(TOKEN)).toBe(identified);
  clock.nowMs = 1_000;
  expect(await tokens.recall(TOKEN)).toBe(undefined);
  clock.nowMs = 0;
  expect(await tokens.recall(TOKEN)).toBe(undefined);
});

test.each([
  ['another', {}],
  ['none', undefined],
])('not once its issuer has %s in the place of its key', async (_what, key) => {
  const { issuer, tokens } = setup();
  Object.assign(issuer, { key });
  expect(await tokens.recall(TOKEN)).toBe(undefined);
});
