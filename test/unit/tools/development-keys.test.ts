/**
 * The development keys: one set however many processes ask at once, and for each side only what it needs.
 */

import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { provideDevelopmentKeys, type DevelopmentKeys } from '../../../tools/development-keys.ts';

interface StoredKey {
  readonly kty: string;
  readonly kid: string;
  readonly x?: string;
  readonly d?: string;
  readonly k?: string;
  readonly iss?: string;
  readonly aud?: string;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a subgraph gets the gateway’s public key and its own secret, and nothing of the others', async () => {
  const keys = await provideDevelopmentKeys(folder);
  const [signing, ...secrets] = await read(keys.gatewayCaller);

  expect(secrets.map(({ kty, aud }) => ({ kty, aud }))).toEqual([
    { kty: 'oct', aud: 'crm' },
    { kty: 'oct', aud: 'accounting' },
    { kty: 'oct', aud: 'shop' },
  ]);
  for (const secret of secrets) {
    const { d: privateHalf, ...publicHalf } = { d: undefined, ...signing };
    expect(privateHalf).toEqual(expect.any(String));
    expect(await read(keys.subgraphCaller(secret.aud ?? ''))).toEqual([publicHalf, secret]);
  }
});

test('each pair of systems has a secret of its own, which the sender and the receiver have and nobody else', async () => {
  const keys = await provideDevelopmentKeys(folder);
  const sent = (
    await Promise.all(['crm', 'accounting', 'shop', 'bank'].map((name) => read(keys.eventsSentBy(name))))
  ).flat();
  const received = (
    await Promise.all(['crm', 'accounting', 'shop'].map((name) => read(keys.eventsReceivedBy(name))))
  ).flat();

  expect(sent.map(({ iss, aud }) => `${iss} to ${aud}`)).toEqual([
    'crm to accounting',
    'crm to shop',
    'accounting to crm',
    'accounting to shop',
    'shop to crm',
    'shop to accounting',
    'bank to accounting',
  ]);
  expect(new Set(sent.map(({ k }) => k)).size).toBe(7);
  expect(received.map(({ kid }) => kid).sort()).toEqual(sent.map(({ kid }) => kid).sort());
  for (const { aud } of await read(keys.eventsReceivedBy('crm'))) expect(aud).toBe('crm');
});

test('the issuer’s public file holds no private half', async () => {
  const keys = await provideDevelopmentKeys(folder);
  const { d: privateHalf, ...publicHalf } = { d: undefined, ...(await read(keys.issuer))[0] };

  expect(privateHalf).toEqual(expect.any(String));
  expect(await read(keys.issuerPublic)).toEqual([publicHalf]);
});

test('several askers at once end with one set, and the files are their owner’s alone', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => provideDevelopmentKeys(folder)));
  const seen = await Promise.all(answers.map((keys) => read(keys.issuer)));

  expect(new Set(seen.map((set) => JSON.stringify(set))).size).toBe(1);
  expect(await readdir(folder)).toEqual(['keys']);
  const modes = await Promise.all(
    (await readdir(path.join(folder, 'keys'))).map(
      async (name) => (await stat(path.join(folder, 'keys', name))).mode & 0o777,
    ),
  );
  expect(modes).toEqual(Array.from({ length: 13 }, () => 0o600));
});

test('a set with a file missing is made again whole', async () => {
  const before = await provideDevelopmentKeys(folder);
  const retired = await read(before.issuer);
  await rm(before.subgraphCaller('shop'));

  await expectFittingPair(await provideDevelopmentKeys(folder));
  expect(await read(before.issuer)).not.toEqual(retired);
});

async function expectFittingPair(keys: DevelopmentKeys): Promise<void> {
  expect((await read(keys.subgraphCaller('shop')))[0]?.x).toBe((await read(keys.gatewayCaller))[0]?.x);
}

async function read(file: string): Promise<readonly StoredKey[]> {
  // Written by the module under test; a wrong shape fails the comparisons above.
  return (JSON.parse(await readFile(file, 'utf8')) as { readonly keys: readonly StoredKey[] }).keys;
}
