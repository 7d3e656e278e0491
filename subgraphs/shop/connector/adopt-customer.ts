/**
 * Keeps the shop's copy of the CRM's customers: whom it may sell to, and what it prints on parcels.
 */

import { sql } from 'kysely';

import type { EventData } from '../../../schema/contract/events.ts';
import type { Transaction } from '../../kit/database.ts';

export async function adoptCustomer(
  transaction: Transaction,
  id: string,
  { number, name }: EventData<'customer.changed'>,
): Promise<void> {
  await sql`
    insert into customer_copy (customer_id, customer_number, name) values (${id}, ${number}, ${name})
    on conflict (customer_id) do update
      set customer_number = excluded.customer_number, name = excluded.name`.execute(transaction);
}
