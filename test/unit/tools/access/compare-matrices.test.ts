/**
 * What a reviewer is shown of a change: widened cells before all others, the widest first.
 */

import { expect, test } from '@jest/globals';

import type { AccessMatrix, MatrixLine, Verdict } from '../../../../tools/access/access-matrix.ts';
import { ASKERS, type Asker } from '../../../../tools/access/asker.ts';
import {
  compareMatrices,
  describeDifference,
  isSameMatrix,
} from '../../../../tools/access/compare-matrices.ts';

test('a matrix is the same as itself', () => {
  const matrix = matrixOf([line('Query.a')]);
  expect(isSameMatrix(compareMatrices(matrix, matrix))).toBe(true);
});

test('widened cells come first, the widest at the top; a new field that somebody sees is widened', () => {
  const before = matrixOf([
    line('Query.a', { sales: 'allow' }),
    line('Query.b', { customer: 'conditional' }),
    line('Query.c'),
    line('Query.gone', { sales: 'allow' }),
  ]);
  const after = matrixOf([
    line('Query.a'),
    line('Query.b', { customer: 'allow' }),
    line('Query.c', { support: 'allow' }, { why: 'Another.' }),
    line('Query.fresh', { finance: 'allow' }),
  ]);
  expect(describeDifference(compareMatrices(before, after))).toEqual([
    'WIDENED (3):',
    '  crm Query.fresh for finance: not there -> allow',
    '  crm Query.c for support: deny -> allow',
    '  crm Query.b for customer: conditional -> allow',
    'narrowed (2):',
    '  crm Query.a for sales: allow -> deny',
    '  crm Query.gone for sales: allow -> not there',
    'another rule, reason, owner or treatment of others’ (1):',
    '  crm Query.c',
  ]);
});

test('what was not found and is refused now is told', () => {
  const before = matrixOf([line('Query.a', { customer: 'conditional' }, { others: 'not found' })]);
  const after = matrixOf([line('Query.a', { customer: 'conditional' }, { others: 'refused' })]);
  expect(compareMatrices(before, after)).toEqual({ widened: [], narrowed: [], reworded: ['crm Query.a'] });
});

function line(
  field: string,
  given: Partial<Record<Asker, Verdict>> = {},
  more: Partial<MatrixLine> = {},
): MatrixLine {
  const denied = Object.fromEntries(ASKERS.map((asker) => [asker, 'deny']));
  // Reason for the cast: Object.fromEntries forgets the names.
  const cells = { ...denied, ...given } as MatrixLine['cells'];
  return { system: 'crm', owner: 'sales-operations', field, rule: 'a rule', why: 'Why.', cells, ...more };
}

function matrixOf(lines: readonly MatrixLine[]): AccessMatrix {
  return { policies: {}, lines };
}
