/**
 * What the parts of a permissions file spell out, and what names a whole one.
 */

import { expect, test } from '@jest/globals';

import {
  connectionPermissions,
  hashPermissions,
  type FieldPermissions,
} from '../../../../subgraphs/kit/permissions.ts';
import { anyone, holds } from '../../../../subgraphs/kit/rules.ts';

test('a connection’s frame is spelled out field by field', () => {
  expect(Object.keys(connectionPermissions('Deal')['DealConnection'] ?? {})).toEqual([
    'edges',
    'nodes',
    'pageInfo',
    'totalCount',
  ]);
});

const A = { a: [anyone, 'Why.'] } as const;
const B = { b: [holds('costs:read'), 'Why.'] } as const;

test('the hash of permissions is the same in whatever order their lines stand', () => {
  expect(hashOf({ T: { ...A, ...B }, U: A })).toBe(hashOf({ U: A, T: { ...B, ...A } }));
  expect(hashOf({ T: A })).toMatch(/^[0-9a-f]{64}$/);
});

test.each<[string, FieldPermissions]>([
  ['a rule', { T: { a: [holds('costs:read'), 'Why.'] } }],
  ['a reason', { T: { a: [anyone, 'Because.'] } }],
  ['a mark', { T: { a: [anyone, 'Why.', { sensitive: true }] } }],
  ['a place', { U: A }],
])('another hash names permissions that differ in %s', (_what, other) => {
  expect(hashOf(other)).not.toBe(hashOf({ T: A }));
});

function hashOf(fields: FieldPermissions): string {
  return hashPermissions({ owner: 'commerce', fields });
}
