/**
 * What `npm run subgraph` takes beside the name reaches the subgraph's settings.
 */

import path from 'node:path';

import { expect, test } from '@jest/globals';

import { readWorkerSettings } from '../../../subgraphs/kit/events/worker-settings.ts';
import { readSettings } from '../../../subgraphs/kit/settings.ts';
import { readAccessOptions, readSystem } from '../../../tools/subgraph.ts';

const given = { SHOP_DATABASE_URL: 'postgres://localhost/shop', CALLER_KEYS_FILE: 'keys.json' };

test('the files of a dry run and of a decision log are those of that subgraph', () => {
  const args = ['shop', '--dry-run', 'draft.ts', '--decision-log', '/var/log/shop.jsonl'];
  expect(readSystem(args)).toBe('shop');
  const settings = readSettings('shop', { ...given, ...readAccessOptions('shop', args) });
  expect(settings).toMatchObject({
    dryRunFile: path.resolve('draft.ts'),
    decisionLogFile: '/var/log/shop.jsonl',
  });
});

test('without them there is neither, also where another subgraph has them', () => {
  const others = readAccessOptions('crm', ['crm', '--dry-run', 'draft.ts', '--decision-log', 'crm.jsonl']);
  const settings = readSettings('shop', { ...given, ...others, ...readAccessOptions('shop', ['shop']) });
  expect(settings).toMatchObject({ dryRunFile: undefined, decisionLogFile: undefined });
});

test('a variable that names no file is reported by its name', () => {
  expect(() => readSettings('shop', { ...given, SHOP_DRY_RUN_PERMISSIONS: '' })).toThrow(
    'the shop subgraph cannot start:\n  SHOP_DRY_RUN_PERMISSIONS must name a file',
  );
});

test('keys from the environment and TLS reach the settings, and contradictions are all reported at once', () => {
  const { SHOP_DATABASE_URL } = given;
  const tls = { TLS_CERT_FILE: 'c.pem', TLS_KEY_FILE: 'k.pem', TLS_CLIENT_CA_FILE: 'ca.pem' };
  const whole = {
    SHOP_DATABASE_URL,
    CALLER_KEYS: '{"keys":[]}',
    ...tls,
    TLS_CLIENT_NAMES: 'a.example, b.example',
  };
  expect(readSettings('shop', whole)).toMatchObject({
    callerKeys: { text: '{"keys":[]}' },
    tls: {
      certFile: 'c.pem',
      keyFile: 'k.pem',
      clientCaFile: 'ca.pem',
      clientNames: ['a.example', 'b.example'],
      minVersion: 'TLSv1.2',
    },
  });
  const half = { TLS_CERT_FILE: 'c.pem', TLS_CLIENT_NAMES: 'a', TLS_MIN_VERSION: 'SSLv3' };
  expect(() => readSettings('shop', half)).toThrow(
    [
      'the shop subgraph cannot start:',
      'TLS_MIN_VERSION must be one of TLSv1.2, TLSv1.3',
      "SHOP_DATABASE_URL must be set: the postgres:// URL of the shop's database",
      'CALLER_KEYS_FILE must be set: the JWKS file with the keys that prove the gateway',
      'TLS_CERT_FILE and TLS_KEY_FILE go together',
      'TLS_CLIENT_NAMES needs TLS_CLIENT_CA_FILE',
    ].join('\n  '),
  );
});

test('answers under idempotency keys are kept a week, or as long as is said, but never shorter than a retry', () => {
  expect(readSettings('shop', given).idempotencyRetentionDays).toBe(7);
  const kept = readSettings('shop', { ...given, IDEMPOTENCY_RETENTION_DAYS: '30' });
  expect(kept.idempotencyRetentionDays).toBe(30);
  for (const days of ['3', '366', '4.5', 'long'])
    expect(() => readSettings('shop', { ...given, IDEMPOTENCY_RETENTION_DAYS: days })).toThrow(
      'the shop subgraph cannot start:\n  IDEMPOTENCY_RETENTION_DAYS must be a number of days from 4 to 365',
    );
});

test.each([
  ['METRICS_PORT', '', 'must be a port number'],
  ['PORT', '', 'must be a port number'],
  ['PORT', '0x10', 'must be a port number'],
  ['PORT', '70000', 'must be a port number'],
  ['DRAIN_DELAY_MS', '', 'must be a number'],
  ['SHUTDOWN_GRACE_MS', '99999999999', 'must be at most 86400000, a day'],
  ['HOST', '', 'must name a host'],
  ['SHOP_DATABASE_URL', 'postgres://me:canary@h:99999/shop', 'must be a postgres:// URL'],
  ['LOG_LEVEL', 'canary', 'must be one of trace, debug, info, warn, error, fatal, silent'],
])('%s=%s is refused in words of our own', (variable, value, says) => {
  expect(() => readSettings('shop', { ...given, [variable]: value })).toThrow(
    `the shop subgraph cannot start:\n  ${variable} ${says}`,
  );
});

test('the address of another subgraph is one that can be called', () => {
  const variables = { SHOP_DATABASE_URL: 'postgres://h/shop', EVENT_KEYS_FILE: 'k.json' };
  const urls = { CRM_SUBGRAPH_URL: 'ftp://crm', ACCOUNTING_SUBGRAPH_URL: 'https://accounting' };
  expect(() => readWorkerSettings('shop', { ...variables, ...urls })).toThrow(
    'the shop worker cannot start:\n  CRM_SUBGRAPH_URL must be set: the http or https URL where the subgraph of crm listens',
  );
});
