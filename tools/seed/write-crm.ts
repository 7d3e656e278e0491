/**
 * Puts the CRM's data into its tables.
 */

import type { ClientBase } from 'pg';

import type { CrmData } from './crm-data.ts';
import { insertRows } from './insert-rows.ts';
import { addressColumns, numbered } from './row-parts.ts';

export async function writeCrm(client: ClientBase, crm: CrmData): Promise<void> {
  const { employees, customers, contacts, deals, activities } = crm;
  await insertRows(
    client,
    'employee',
    employees.map((employee) => ({ ...employee })),
  );
  await insertRows(
    client,
    'customer',
    customers.map(({ address, country, currency, ...customer }) => ({
      ...customer,
      ...addressColumns(address),
    })),
  );
  // The next customer gets the number after the last one's.
  await client.query(`select setval('customer_number', $1)`, [10_000 + customers.length]);
  await insertRows(
    client,
    'contact',
    contacts.map((contact) => ({ ...contact })),
  );
  await insertRows(
    client,
    'deal',
    deals.map(({ lines, ...deal }) => deal),
  );
  await insertRows(
    client,
    'deal_line',
    deals.flatMap(({ id, lines }) => numbered(lines).map((line) => ({ dealId: id, ...line }))),
  );
  await insertRows(
    client,
    'activity',
    activities.map((activity) => ({ ...activity })),
  );
}
