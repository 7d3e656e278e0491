/**
 * What references give back to customers: a refusal would tell them that there is something with that id, so what is
 * not theirs is as if it were not there. Colleagues are told by the fields' rules why they may not see it.
 */

import type { Principal, Scope } from '../../schema/contract/principal.ts';

/** `customerId` says whose the row is, where customers may see their own; whoever holds the scope sees all. */
export function hiddenFromCustomers<Row>(
  { scopes, customerId }: Principal,
  scope: Scope,
  row: Row | null,
  customerIdOf: (row: Row) => string | undefined = () => undefined,
): Row | null {
  if (row === null || scopes.includes(scope) || !scopes.includes('self:read')) return row;
  return customerId !== undefined && customerIdOf(row) === customerId ? row : null;
}
