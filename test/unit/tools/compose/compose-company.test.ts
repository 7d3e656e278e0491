/**
 * A system that the types would miss is missed in words too: commands run without a look at types.
 */

import { POLICIES } from '../../../../tools/access/policy.ts';
import { composeCompany } from '../../../../tools/compose/compose-company.ts';

test('a system without permissions is refused with the way to find what else it lacks', async () => {
  const { crm, accounting } = POLICIES;
  // Reason for the cast: what a new name in `schema/ownership.ts` is before its permissions are named.
  const policies = { crm, accounting } as typeof POLICIES;

  await expect(composeCompany(policies)).rejects.toThrow(
    'schema/ownership.ts names a system that is not everywhere yet: "npm run check:types" lists where it is missing.',
  );
});
