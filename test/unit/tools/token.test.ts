/**
 * `npm run token`: what it signs, and what it says to those who ask wrongly.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { customerIdOf } from '../../../subgraphs/kit/global-id.ts';
import { provideDevelopmentKeys } from '../../../tools/development-keys.ts';
import { signDevelopmentToken } from '../../../tools/development-token.ts';
import { readClaims } from '../../../tools/token.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-token-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a token of a colleague carries the role and no customer', async () => {
  const { payload, protectedHeader } = await signAndVerify(['--as', 'sales', '--lifetime-minutes', '5']);

  expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: expect.any(String) });
  expect(payload).toEqual({
    iss: 'https://issuer.tributary.example',
    aud: 'tributary',
    sub: 'sales@tributary.example',
    roles: ['sales'],
    iat: expect.any(Number),
    exp: (payload.iat ?? 0) + 300,
  });
});

test('a token of a customer carries the id that the number stands for, for twelve hours', async () => {
  const { payload } = await signAndVerify(['--as', 'customer', '--customer', 'C-10042']);

  expect(payload).toEqual({
    iss: 'https://issuer.tributary.example',
    aud: 'tributary',
    sub: 'customer-C-10042',
    roles: ['customer'],
    customer_id: customerIdOf('C-10042'),
    iat: expect.any(Number),
    exp: (payload.iat ?? 0) + 12 * 3600,
  });
});

test.each([
  [
    [],
    'Say for which role with --as; the roles are sales, support, finance, warehouse, commerce, auditor, customer.',
  ],
  [
    ['--as', 'boss'],
    'There is no role "boss"; the roles are sales, support, finance, warehouse, commerce, auditor, customer.',
  ],
  [['--as', 'customer'], 'Say which customer with --customer; one looks like C-10042.'],
  [['--as', 'customer', '--customer', '42'], '"42" is not a customer number; one looks like C-10042.'],
  [['--as', 'sales', '--customer', 'C-10042'], '--customer goes only with --as customer.'],
  [['--as', 'sales', '--lifetime-minutes', '0'], '"0" is not a lifetime in whole minutes from 1 to 999999.'],
])('%j is refused in a sentence', (args, sentence) => {
  expect(() => readClaims(args)).toThrow(
    expect.objectContaining({ name: 'CommandRefused', message: sentence }),
  );
});

async function signAndVerify(args: readonly string[]): ReturnType<typeof jwtVerify> {
  const keys = await provideDevelopmentKeys(folder);
  const token = await signDevelopmentToken(keys.issuer, readClaims(args));
  // The file is ours and jose checks it again.
  const publicKeys = JSON.parse(await readFile(keys.issuerPublic, 'utf8')) as JSONWebKeySet;
  return jwtVerify(token, createLocalJWKSet(publicKeys));
}
