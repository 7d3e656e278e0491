/**
 * Keys change hands while the company works: token issuer, gateway and subgraphs take new key files over without a
 * restart, and nobody who asks meanwhile notices.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

import { SYSTEM_NAMES } from '../../tools/systems/system-names.ts';
import { startCompany, type TestCompany } from '../kit/start-company.ts';

interface Key {
  readonly kid: string;
  readonly kty: string;
  readonly aud?: string;
}

const QUERY =
  '{ customers(first: 1) { nodes { name receivable { amount } orders(first: 1) { nodes { number } } } } }';

let company: TestCompany;

beforeAll(async () => {
  company = await startCompany();
});

afterAll(() => company.stop());

const keysIn = (file: string): readonly Key[] => JSON.parse(readFileSync(file, 'utf8')).keys;

function replaceKeys(file: string, keys: readonly object[]): void {
  writeFileSync(`${file}.draft`, JSON.stringify({ keys }));
  renameSync(`${file}.draft`, file);
}

function makePair(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    secret: { ...privateKey.export({ format: 'jwk' }), kid },
    open: { ...publicKey.export({ format: 'jwk' }), kid },
  };
}

const makeSecret = (aud: string) => ({
  kty: 'oct',
  kid: `${aud}-next`,
  aud,
  k: randomBytes(32).toString('base64url'),
});

/** Asks from four sides until it is told to stop; gives how many answers there were and those that are not right. */
function load() {
  let isOver = false;
  let count = 0;
  const wrong: unknown[] = [];
  const ask = async (): Promise<void> => {
    while (!isOver) {
      const answer = await company.ask(QUERY);
      count += 1;
      if (answer.errors !== undefined) wrong.push(answer.errors);
    }
  };
  const asking = Promise.all([ask(), ask(), ask(), ask()]);
  return {
    more: async (answers: number) => {
      const enough = count + answers;
      while (count < enough && wrong.length === 0) await new Promise(setImmediate);
    },
    stop: async () => {
      isOver = true;
      await asking;
      return wrong;
    },
  };
}

const told = (sentence: string) => company.logged().filter((line) => line.includes(sentence)).length;

/** While requests come, files are looked at once a second; this waits for what the log says of it. */
async function takenOver(times: number): Promise<void> {
  while (told('changed caller keys are in use') < times) await new Promise(setImmediate);
}

test('the caller keys of the gateway and of three subgraphs are replaced under load without one failed request', async () => {
  const { gatewayCaller, subgraphCaller } = company.keys;
  const pair = makePair('gateway-next');
  const secrets = SYSTEM_NAMES.map(makeSecret);
  const asking = load();
  await asking.more(20);
  // New keys are known to the subgraphs before the gateway signs with them. No subgraph has looked yet when it does.
  for (const secret of secrets) {
    const file = subgraphCaller(secret.aud);
    replaceKeys(file, [...keysIn(file), pair.open, secret]);
  }
  replaceKeys(gatewayCaller, [pair.secret, ...secrets, ...keysIn(gatewayCaller)]);
  await takenOver(4);
  await asking.more(40);
  replaceKeys(gatewayCaller, [pair.secret, ...secrets]);
  await takenOver(5);
  for (const secret of secrets) replaceKeys(subgraphCaller(secret.aud), [pair.open, secret]);
  await takenOver(8);
  await asking.more(40);
  expect(await asking.stop()).toEqual([]);
});

test('key files that cannot be used are refused, and the old keys stay in use', async () => {
  const { gatewayCaller, subgraphCaller } = company.keys;
  const kept = [gatewayCaller, subgraphCaller('crm')].map((file) => [file, keysIn(file)] as const);
  const asking = load();
  for (const [file] of kept) writeFileSync(file, '{"keys":[{"kty":"oct","k":"half-a-canary');
  while (told('the old ones stay') < 2) await new Promise(setImmediate);
  await asking.more(20);
  for (const [file, keys] of kept) replaceKeys(file, keys);
  await takenOver(10);
  expect(await asking.stop()).toEqual([]);
  expect(company.logged().join('')).not.toContain('half-a-canary');
});

test('a token issuer’s new key is accepted at once, and the old one no longer when it is gone', async () => {
  const { issuer, issuerPublic } = company.keys;
  const [old] = keysIn(issuerPublic);
  const pair = makePair('issuer-next');
  const was = keysIn(issuer);
  replaceKeys(issuerPublic, [old ?? {}, pair.open]);
  replaceKeys(issuer, [pair.secret]);
  expect((await company.ask(QUERY)).errors).toBe(undefined);
  replaceKeys(issuerPublic, [pair.open]);
  const inUse = 'changed keys of an issuer are in use';
  while (told(inUse) < 2) expect((await company.ask(QUERY)).errors).toBe(undefined);
  replaceKeys(issuer, was);
  expect((await company.ask(QUERY)).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED', reason: 'signature' } },
  ]);
  replaceKeys(issuer, [pair.secret]);
});

test('no key, token or signature of all this stands in any log', () => {
  const { issuer, gatewayCaller } = company.keys;
  const secrets = [issuer, gatewayCaller].flatMap((file) =>
    keysIn(file).flatMap((key) => Object.entries(key).filter(([name]) => name === 'd' || name === 'k')),
  );
  expect(secrets.length).toBe(5);
  const log = company.logged().join('');
  const leaked = [...secrets.map(([, value]) => String(value)), 'eyJ', 'gateway=:'].filter((text) =>
    log.includes(text),
  );
  expect(leaked).toEqual([]);
});
