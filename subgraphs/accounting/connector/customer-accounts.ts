/**
 * What accounting knows of a customer: terms, and what is owed. `write-credit-limit.ts` changes the one term that
 * may be changed here.
 */

import { sql } from 'kysely';

import type { Database } from '../../kit/database.ts';

export interface CustomerAccountRow {
  readonly customerId: string;
  readonly customerNumber: string;
  readonly name: string;
  readonly street: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly currency: string;
  readonly creditLimitMinor: bigint | null;
  readonly paymentTermDays: number;
  readonly dunningLevel: number;
  readonly creditVersion: number;
}

export async function readCustomerAccounts(
  database: Database,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, CustomerAccountRow>> {
  const { rows } = await sql<CustomerAccountRow>`
    select customer_id, customer_number, name, street, postal_code, city, country, currency, credit_limit_minor,
      payment_term_days, dunning_level, credit_version
    from customer_account where customer_id = any(${[...customerIds]}::text[])`.execute(database);
  return new Map(rows.map((row) => [row.customerId, row]));
}

/**
 * What each customer owes, in minor units of the account's currency: what was billed and not paid, less credit
 * notes. The same as the balance of the customer's lines on the receivables account.
 */
export async function readReceivables(
  database: Database,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await sql<{ customerId: string; receivableMinor: bigint }>`
    select customer_id, sum(case kind when 'INVOICE' then total_minor - paid_minor else -total_minor end)::bigint
      as receivable_minor
    from invoice where customer_id = any(${[...customerIds]}::text[])
    group by customer_id`.execute(database);
  return new Map(rows.map((row) => [row.customerId, row.receivableMinor]));
}
