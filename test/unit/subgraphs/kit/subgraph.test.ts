/**
 * What stops a subgraph before it serves: permissions for which another team answers.
 */

import { expect, test } from '@jest/globals';

import { crm } from '../../../../subgraphs/crm/subgraph.ts';
import { buildGuardedSchema } from '../../../../subgraphs/kit/subgraph.ts';

test('a subgraph whose permissions another team owns does not start', () => {
  const permissions = { ...crm.permissions, owner: 'finance' } as const;
  expect(() => buildGuardedSchema({ ...crm, permissions })).toThrow(
    new Error(
      'the permissions of crm name "finance" as owner, but schema/ownership.ts gives crm to "sales-operations"',
    ),
  );
});

test('a subgraph that its own team owns starts', () => {
  expect(buildGuardedSchema(crm).getQueryType()?.name).toBe('Query');
});
