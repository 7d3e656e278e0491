/**
 * `npm run schema:sign` makes keys and signatures that the gateway accepts, and no secret leaves the file it is in.
 */

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pino } from 'pino';

import { followPublicKeys } from '../../../gateway/supergraph/public-keys.ts';
import { verifySignature } from '../../../gateway/supergraph/verify-signature.ts';
import { run } from '../../../tools/sign.ts';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tributary-sign-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('what a new key signs is confirmed by its public half', async () => {
  const [key, sdl] = [join(folder, 'key.json'), join(folder, 'a.graphql')];
  writeFileSync(sdl, 'type Query { a: Int }');
  await run(['--new-key', key]);
  expect(statSync(key).mode & 0o777).toBe(0o600);
  await run(['--key', key, '--supergraph', sdl]);
  const keys = followPublicKeys(join(folder, 'key.public.json'), pino({ level: 'silent' })).current();
  const signature = readFileSync(`${sdl}.sig`, 'utf8');
  await expect(verifySignature(sdl, readFileSync(sdl), { signature, keys })).resolves.toBeUndefined();
  await expect(run(['--new-key', key])).rejects.toThrow(`${key} is there already.`);
  const nowhere = join(key, 'key.json');
  await expect(run(['--new-key', nowhere])).rejects.toThrow(`${nowhere} cannot be written.`);
});

test.each([
  ['{ "canary', 'cannot be read as a JWKS with a kid for its key'],
  [
    '{ "kid": "a", "kty": "OKP", "crv": "Ed25519", "d": "canary" }',
    'holds no private key of Ed25519 or P-256',
  ],
])('a key %s is refused without being quoted', async (text, says) => {
  const [key, sdl] = [join(folder, 'key.json'), join(folder, 'a.graphql')];
  writeFileSync(sdl, 'type Query { a: Int }');
  writeFileSync(key, text);
  await expect(run(['--key', key, '--supergraph', sdl])).rejects.toThrow(`${key} ${says}.`);
});

test('of a file that is not there, or is none, it says so', async () => {
  const missing = join(folder, 'missing');
  const signed = run(['--key', missing, '--supergraph', missing]);
  await expect(signed).rejects.toThrow(`${missing} does not exist.`);
  await expect(run(['--key', folder, '--supergraph', import.meta.filename])).rejects.toThrow(
    `${folder} is a folder.`,
  );
});
