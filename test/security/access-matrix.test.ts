/**
 * The committed access matrix is true: every cell declared by its rule, observed at the subgraph and observed through
 * the gateway of a running company. A rule that is widened shows in the matrix, first, and as a drift.
 */

import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { allow } from '../../subgraphs/kit/graphql-shield.ts';
import type { Permission } from '../../subgraphs/kit/permissions.ts';
import { printMatrix } from '../../tools/access/access-matrix.ts';
import { compareMatrices, describeDifference } from '../../tools/access/compare-matrices.ts';
import { executeMatrix, type ExecutedMatrix } from '../../tools/access/execute-matrix.ts';
import { POLICIES, type Policies, type PolicyLine } from '../../tools/access/policy.ts';
import { renderMatrix } from '../../tools/access/render-matrix.ts';
import { serveCompany, type ServedCompany } from '../../tools/access/serve-company.ts';
import { changePolicy } from '../kit/change-policy.ts';
import { freshCompany } from '../kit/company-databases.ts';

let databases: Awaited<ReturnType<typeof freshCompany>>;
let executed: ExecutedMatrix;

beforeAll(async () => {
  databases = await freshCompany();
  executed = await withCompany(POLICIES, (company) => executeMatrix(company, POLICIES));
}, 180_000);
afterAll(async () => {
  for (const { drop } of Object.values(databases ?? {})) await drop();
});

test('every cell is what its rule declares, at the subgraph and at the gateway', () => {
  const cells = executed.matrix.lines.length * Object.keys(executed.matrix.lines[0]!.cells).length;
  console.log(`${cells} cells, ${executed.executions} executions`);
  expect(executed.problems).toEqual([]);
  expect(cells).toBeGreaterThan(2000);
});

test('the committed matrix is what was just executed, as JSON and as a page', () => {
  expect(committed('json')).toBe(printMatrix(executed.matrix));
  expect(committed('md')).toBe(renderMatrix(executed.matrix));
});

test('a rule that is widened is told first, cell by cell', async () => {
  const widened = changePolicy('crm', 'Customer.internalNotes', openToAll);
  const isCustomer = ({ system, type }: PolicyLine) => system === 'crm' && type === 'Customer';
  const { matrix, problems } = await withCompany(widened, (company) =>
    executeMatrix(company, widened, isCustomer),
  );
  const before = {
    ...executed.matrix,
    lines: executed.matrix.lines.filter(
      ({ system, field }) => system === 'crm' && field.startsWith('Customer.'),
    ),
  };
  expect(problems).toEqual([]);
  expect(describeDifference(compareMatrices(before, matrix))).toEqual([
    'WIDENED (5):',
    '  crm Customer.internalNotes for finance: deny -> allow',
    '  crm Customer.internalNotes for warehouse: deny -> allow',
    '  crm Customer.internalNotes for commerce: deny -> allow',
    '  crm Customer.internalNotes for customer: deny -> conditional',
    '  crm Customer.internalNotes for nobody: deny -> unreachable',
  ]);
});

test('a subgraph that enforces another rule than is declared is a drift at both places', async () => {
  const widened = changePolicy('crm', 'Customer.internalNotes', openToAll);
  const { problems } = await withCompany(widened, (company) =>
    executeMatrix(company, POLICIES, ({ place }) => place === 'Customer.internalNotes'),
  );
  expect(problems.toSorted()).toEqual(
    [
      ...['finance', 'warehouse', 'commerce', 'customer'].flatMap((asker) => [
        `crm Customer.internalNotes for ${asker}: declared denied, but the subgraph answered`,
        `crm Customer.internalNotes for ${asker}: declared denied, but the gateway answered`,
      ]),
      'crm Customer.internalNotes for nobody: declared denied, but the subgraph answered',
    ].toSorted(),
  );
});

function openToAll([rule, ...rest]: Permission): Permission {
  return [{ ...rule, shield: allow }, ...rest];
}

async function withCompany<Result>(
  policies: Policies,
  work: (company: ServedCompany) => Promise<Result>,
): Promise<Result> {
  const { crm, accounting, shop } = databases;
  const databaseUrls = { crm: crm.runtime, accounting: accounting.runtime, shop: shop.runtime };
  const company = await serveCompany({ databaseUrls, policies });
  try {
    return await work(company);
  } finally {
    await company.stop();
  }
}

function committed(ending: string): string {
  return readFileSync(new URL(`../../schema/access-matrix.${ending}`, import.meta.url), 'utf8');
}
