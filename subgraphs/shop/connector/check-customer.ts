/**
 * Whether the shop may sell to a customer. It cannot ask the CRM; it knows those of whom it has a copy.
 */

import { sql } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { badInput } from '../../kit/known-error.ts';

/** Throws BAD_USER_INPUT for a customer of whom the shop has no copy. */
export async function checkCustomer(database: Database, customerId: string): Promise<void> {
  const { rows } = await sql`select from customer_copy where customer_id = ${customerId}`.execute(database);
  if (rows.length === 0) throw badInput('input.customerId', 'The shop does not know this customer yet.');
}
