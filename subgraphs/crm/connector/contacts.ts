/**
 * Contacts as the CRM's tables hold them.
 */

import { sql } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { byId } from '../../kit/loaders.ts';
import {
  countRowsOfParents,
  readPagesOfParents,
  type Keyset,
  type Page,
  type PageRequest,
} from '../../kit/page.ts';

export interface ContactRow {
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly jobTitle: string | null;
  readonly isPrimary: boolean;
  readonly createdAt: Date;
}

export const CONTACTS_BY_NAME: Keyset = {
  order: 'contacts/NAME',
  column: 'name',
  type: 'text',
  direction: 'ASC',
};

const COLUMNS = sql`id, customer_id, name, email, phone, job_title, is_primary, created_at`;
const OF_CUSTOMERS = { from: sql`contact`, columns: COLUMNS, where: [], parentColumn: 'customer_id' };

export async function readContacts(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ContactRow>> {
  const { rows } = await sql<ContactRow>`
    select ${COLUMNS} from contact where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

export function pageContactsOfCustomers(
  database: Database,
  customerIds: readonly string[],
  request: PageRequest,
): Promise<ReadonlyMap<string, Page<ContactRow>>> {
  return readPagesOfParents(database, OF_CUSTOMERS, CONTACTS_BY_NAME, { ...request, parentIds: customerIds });
}

export function countContactsOfCustomers(
  database: Database,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  return countRowsOfParents(database, OF_CUSTOMERS, customerIds);
}
