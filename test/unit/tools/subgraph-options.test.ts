/**
 * What `npm run subgraph` takes beside the name reaches the subgraph's settings.
 */

import path from 'node:path';

import { expect, test } from '@jest/globals';

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
