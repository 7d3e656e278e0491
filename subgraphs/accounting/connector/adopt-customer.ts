/**
 * Keeps accounting's copy of the CRM's customers, and opens an account with the usual terms for who is new. What was
 * agreed with a customer stays as it is.
 */

import { sql } from 'kysely';

import type { EventData } from '../../../schema/contract/events.ts';
import type { Transaction } from '../../kit/database.ts';
import { defaultCurrency } from './default-terms.ts';

const NO_ADDRESS = { street: null, postalCode: null, city: null, country: null };

export async function adoptCustomer(
  transaction: Transaction,
  id: string,
  { number, name, billingAddress }: EventData<'customer.changed'>,
): Promise<void> {
  const { street, postalCode, city, country } = billingAddress ?? NO_ADDRESS;
  await sql`
    insert into customer_account (customer_id, customer_number, name, street, postal_code, city, country, currency)
    values (${id}, ${number}, ${name}, ${street}, ${postalCode}, ${city}, ${country}, ${defaultCurrency(country)})
    on conflict (customer_id) do update
      set customer_number = excluded.customer_number, name = excluded.name, street = excluded.street,
        postal_code = excluded.postal_code, city = excluded.city, country = excluded.country`.execute(
    transaction,
  );
}
