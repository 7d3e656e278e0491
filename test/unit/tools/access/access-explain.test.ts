/**
 * What a reviewer is told of one cell, and where to look it up.
 */

import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

import { readCommittedMatrix } from '../../../../tools/access/matrix-files.ts';
import { findEntry } from '../../../../tools/access/find-entry.ts';
import { linesOf, POLICIES } from '../../../../tools/access/policy.ts';
import { explain } from '../../../../tools/access-explain.ts';

const matrix = await readCommittedMatrix();

test('verdict, rule, why, file and line, and owner', () => {
  const line =
    1 + linesOfFile('crm').findIndex((text) => text.includes("'email', 'phone', 'billingAddress'"));
  expect(explain(matrix, ['Customer.email', '--as', 'customer'])).toBe(
    [
      'Customer.email of crm for customer: conditional — it is answered for what is theirs; what belongs to others is not found.',
      '  rule   holds customers:read or is this customer (Whoever holds customers:read, and the customer themselves.)',
      '  why    Personal data: for colleagues who serve the customer, and the customer.',
      `  where  subgraphs/crm/permissions.ts:${line}`,
      '  owner  sales-operations <sales-operations@tributary.example>',
    ].join('\n'),
  );
});

test('a field of several systems is explained for each of them', () => {
  const systems = [...explain(matrix, ['Customer.id', '--as', 'sales']).matchAll(/ of (\w+) for sales/g)];
  expect(systems.map(([, system]) => system)).toEqual(['crm', 'accounting', 'shop']);
});

test.each([
  [
    ['Customer.emial', '--as', 'support'],
    'There is no field "Customer.emial"; did you mean "Customer.email"?',
  ],
  [['Nothing.like.it', '--as', 'support'], 'There is no field "Nothing.like.it".'],
  [['Customer.email', '--as', 'suport'], 'There is no role "suport"; did you mean "support"?'],
  [
    ['Customer.email'],
    'Say which field, and for whom. Usage: npm run access:explain -- Type.field --as ROLE',
  ],
])('%j is refused with a sentence', (args, sentence) => {
  expect(() => explain(matrix, args)).toThrow(
    expect.objectContaining({ name: 'CommandRefused', message: sentence }),
  );
});

test('every line of every policy is found where it stands', () => {
  const lost = linesOf(POLICIES).filter(({ system, type, field, place }) => {
    const entry = findEntry(system, place);
    const text = linesOfFile(system)[(entry?.line ?? 0) - 1] ?? '';
    const node = type.replace(/(Connection|Edge)$/, '');
    return !new RegExp(`\\b${field}\\b|connectionPermissions\\('${node}'\\)`).test(text);
  });
  expect(lost.map(({ system, place }) => `${system} ${place}`)).toEqual([]);
});

function linesOfFile(system: string): readonly string[] {
  const file = new URL(`../../../../subgraphs/${system}/permissions.ts`, import.meta.url);
  return readFileSync(file, 'utf8').split('\n');
}
