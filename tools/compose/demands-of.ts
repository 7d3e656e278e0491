/**
 * What of a subgraph's permissions the supergraph can say: rules that the principal alone decides, by scopes or by
 * being signed in. All others are left to the subgraph. Knows no SDL.
 */

import type { Permissions } from '../../subgraphs/kit/permissions.ts';
import { demandOf } from '../../subgraphs/kit/rule.ts';
import type { FieldDemands } from '../../gateway/supergraph/composition/with-access-directives.ts';

export function demandsOf({ fields }: Permissions): FieldDemands {
  const demands = Object.entries(fields).flatMap(([type, permissions]) =>
    Object.entries(permissions).flatMap(([field, [rule]]) => {
      const demand = demandOf(rule);
      return demand === undefined ? [] : [[`${type}.${field}`, demand] as const];
    }),
  );
  return Object.fromEntries(demands);
}
