/**
 * The file of webhook secrets: who reads which of them, and what becomes of a file that changes or cannot be read.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';

import { followWebhookSecrets } from '../../../../../subgraphs/kit/events/webhook-secrets.ts';
import { readWorkerSettings } from '../../../../../subgraphs/kit/events/worker-settings.ts';

const ONE = 'one'.repeat(10);
const TWO = 'two'.repeat(10);

let folder: string;
let file: string;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-secrets-'));
  file = path.join(folder, 'keys.json');
  lines = [];
});
afterEach(() => rm(folder, { recursive: true }));

test('each process sees the secrets of its own system alone', async () => {
  await write([keyOf('crm', 'shop', ONE), keyOf('shop', 'crm', TWO)]);
  const secrets = follow('shop').current();
  expect(textsOf(secrets.receivingFrom('crm'))).toEqual([ONE]);
  expect(textsOf(secrets.sendingTo('crm'))).toEqual([TWO]);
  expect(secrets.receivingFrom('accounting')).toEqual([]);
  expect(secrets.receivingFrom('shop')).toEqual([]);
});

test('two secrets of one pair are active while they are exchanged, without a restart', async () => {
  await write([keyOf('crm', 'shop', ONE)]);
  const followed = follow('shop');
  await write([keyOf('crm', 'shop', ONE), keyOf('crm', 'shop', TWO)]);
  expect(textsOf(followed.latest().receivingFrom('crm'))).toEqual([ONE, TWO]);
  await write([keyOf('crm', 'shop', TWO)]);
  expect(textsOf(followed.latest().receivingFrom('crm'))).toEqual([TWO]);
});

test('a changed file that cannot be used is refused, and no secret is logged', async () => {
  await write([keyOf('crm', 'shop', ONE)]);
  const followed = follow('shop');
  await writeFile(file, `{"keys": [{"k": "${TWO}"`);
  expect(textsOf(followed.latest().receivingFrom('crm'))).toEqual([ONE]);
  expect(lines.join()).toContain('changed webhook secrets were refused');
  expect(lines.join()).toContain(`${file} cannot be read as a JWKS`);
  expect(lines.join()).not.toContain(TWO);
});

test.each([
  ['no JWKS', 'nonsense'],
  ['a secret that is too short', JSON.stringify({ keys: [keyOf('crm', 'shop', 'short')] })],
  ['a key without a receiver', JSON.stringify({ keys: [{ kty: 'oct', iss: 'crm', k: encode(ONE) }] })],
])('%s stops the start', async (_what, text) => {
  await writeFile(file, text);
  expect(() => follow('shop')).toThrow(
    `${file} cannot be read as a JWKS of "oct" keys of 24 bytes or more, with "iss" and "aud"`,
  );
});

test('a worker that is told too little says all that it lacks', () => {
  expect(() => readWorkerSettings('shop', { RECONCILE_EVERY_HOURS: '0' })).toThrow(
    [
      'the shop worker cannot start:',
      'EVENT_KEYS_FILE must be set: the JWKS file with the secrets of webhooks',
      'RECONCILE_EVERY_HOURS must be 0.01 to 744',
      "SHOP_WORKER_DATABASE_URL must be set: the postgres:// URL of the shop's database, with the worker's own login",
      'CRM_SUBGRAPH_URL must be set: the http or https URL where the subgraph of crm listens',
      'ACCOUNTING_SUBGRAPH_URL must be set: the http or https URL where the subgraph of accounting listens',
    ].join('\n  '),
  );
});

test('without a login of its own a worker uses the subgraph’s', () => {
  const [own, shared] = ['postgres://own@db/shop', 'postgres://both@db/shop'];
  const others = {
    EVENT_KEYS_FILE: 'keys',
    CRM_SUBGRAPH_URL: 'http://crm',
    ACCOUNTING_SUBGRAPH_URL: 'http://books',
  };
  const both = { ...others, SHOP_DATABASE_URL: shared };
  expect(readWorkerSettings('shop', both)).toMatchObject({
    databaseUrl: shared,
    databaseVariable: 'SHOP_DATABASE_URL',
  });
  expect(readWorkerSettings('shop', { ...both, SHOP_WORKER_DATABASE_URL: own })).toMatchObject({
    databaseUrl: own,
    databaseVariable: 'SHOP_WORKER_DATABASE_URL',
  });
});

function follow(system: string) {
  return followWebhookSecrets(file, system, pino({}, { write: (line: string) => void lines.push(line) }));
}

function write(keys: readonly object[]): Promise<void> {
  return writeFile(file, JSON.stringify({ keys }));
}

function keyOf(iss: string, aud: string, secret: string) {
  return { kty: 'oct', iss, aud, k: encode(secret) };
}

function encode(secret: string): string {
  return Buffer.from(secret).toString('base64url');
}

function textsOf(secrets: readonly Uint8Array[]): readonly string[] {
  return secrets.map((secret) => Buffer.from(secret).toString());
}
