/**
 * Who is asked for in the access matrix: every role of the contract, and nobody signed in. Knows no rule.
 */

import {
  ANONYMOUS,
  ROLES,
  isRole,
  scopesOfRoles,
  type Principal,
  type Role,
} from '../../schema/contract/principal.ts';
import { SHOWCASE_ID } from '../seed/showcase.ts';

export type Asker = Role | 'nobody';

export const ASKERS: readonly Asker[] = [...Object.keys(ROLES).filter(isRole), 'nobody'];

/** `own`: what belongs to the customer who asks. `other`: what belongs to another one. */
export type Whose = 'own' | 'other';

/** In the demo data; the customer of the matrix is this one. */
export const OWN_CUSTOMER = SHOWCASE_ID;

export function principalOf(asker: Asker): Principal {
  if (asker === 'nobody') return ANONYMOUS;
  const principal = { subject: asker, roles: [asker], scopes: scopesOfRoles([asker]) };
  return asker === 'customer' ? { ...principal, customerId: OWN_CUSTOMER } : principal;
}

/** Only for a customer does it matter whose a thing is. */
export function worldsOf(asker: Asker): readonly Whose[] {
  return asker === 'customer' ? ['own', 'other'] : ['own'];
}
