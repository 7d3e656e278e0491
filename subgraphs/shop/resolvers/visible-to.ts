/**
 * What of a customer's things (orders, carts, parcels) a principal may know of; others' are as if not there.
 */

import type { Principal } from '../../../schema/contract/principal.ts';
import { isVisible } from '../../kit/rules.ts';

export function visibleTo<Row extends { readonly customerId: string }>(
  principal: Principal,
  row: Row | null,
): Row | null {
  return isVisible(principal, 'orders:read', row) ? row : null;
}
