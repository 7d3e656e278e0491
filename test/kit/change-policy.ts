/**
 * The company's policies with one line changed, for tests that must notice. Knows no rule.
 */

import type { SystemName } from '../../schema/ownership.ts';
import type { Permission } from '../../subgraphs/kit/permissions.ts';
import { POLICIES, type Policies } from '../../tools/access/policy.ts';

/** `place` is `Type.field`. */
export function changePolicy(
  system: SystemName,
  place: string,
  change: (permission: Permission) => Permission,
): Policies {
  const [type = '', field = ''] = place.split('.');
  const { owner, fields } = POLICIES[system];
  const permission = fields[type]?.[field];
  if (permission === undefined) throw new Error(`${system} has no ${place}`);
  const changed = { ...fields, [type]: { ...fields[type], [field]: change(permission) } };
  return { ...POLICIES, [system]: { owner, fields: changed } };
}
