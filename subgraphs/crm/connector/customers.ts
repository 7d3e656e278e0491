/**
 * Customers as the CRM's tables hold them: read by id, by number and by page. `write-customers.ts` changes them.
 */

import { sql, type RawBuilder } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { byId } from '../../kit/loaders.ts';
import {
  countRows,
  readPage,
  type Keyset,
  type Listing,
  type Page,
  type PageRequest,
} from '../../kit/page.ts';
import { containsText } from '../../kit/search.ts';

export interface CustomerRow {
  readonly id: string;
  readonly number: string;
  readonly kind: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly street: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly lifecycleStage: string;
  readonly accountManagerId: string | null;
  readonly marketingConsent: boolean;
  readonly internalNotes: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CustomerConditions {
  readonly kind?: string | undefined;
  readonly lifecycleStage?: string | undefined;
  readonly accountManagerId?: string | undefined;
  readonly marketingConsent?: boolean | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdBefore?: Date | undefined;
  readonly search?: string | undefined;
}

export type CustomerOrderField = 'NUMBER' | 'NAME' | 'CREATED_AT' | 'UPDATED_AT';

const ORDERS: Readonly<Record<CustomerOrderField, Pick<Keyset, 'column' | 'type'>>> = {
  NUMBER: { column: 'number', type: 'text' },
  NAME: { column: 'name', type: 'text' },
  CREATED_AT: { column: 'created_at', type: 'timestamptz' },
  UPDATED_AT: { column: 'updated_at', type: 'timestamptz' },
};

export const CUSTOMER_COLUMNS = sql`
  id, number, kind, name, email, phone, street, postal_code, city, country, lifecycle_stage, account_manager_id,
  marketing_consent, internal_notes, version, created_at, updated_at`;

export function customersOrder(field: CustomerOrderField, direction: 'ASC' | 'DESC'): Keyset {
  return { order: `customers/${field}/${direction}`, ...ORDERS[field], direction };
}

export async function readCustomers(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CustomerRow>> {
  const { rows } = await sql<CustomerRow>`
    select ${CUSTOMER_COLUMNS} from customer where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

export async function readCustomersByNumber(
  database: Database,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, CustomerRow>> {
  const { rows } = await sql<CustomerRow>`
    select ${CUSTOMER_COLUMNS} from customer where number = any(${[...numbers]}::text[])`.execute(database);
  return new Map(rows.map((row) => [row.number, row]));
}

export function pageCustomers(
  database: Database,
  conditions: CustomerConditions,
  keyset: Keyset,
  request: PageRequest,
): Promise<Page<CustomerRow>> {
  return readPage(database, listingOf(conditions), keyset, request);
}

export function countCustomers(database: Database, conditions: CustomerConditions): Promise<number> {
  return countRows(database, listingOf(conditions));
}

function listingOf(conditions: CustomerConditions): Listing {
  const { kind, lifecycleStage, accountManagerId, marketingConsent, createdFrom, createdBefore, search } =
    conditions;
  const where: RawBuilder<boolean>[] = [];
  if (kind !== undefined) where.push(sql`kind = ${kind}`);
  if (lifecycleStage !== undefined) where.push(sql`lifecycle_stage = ${lifecycleStage}`);
  if (accountManagerId !== undefined) where.push(sql`account_manager_id = ${accountManagerId}`);
  if (marketingConsent !== undefined) where.push(sql`marketing_consent = ${marketingConsent}`);
  if (createdFrom !== undefined) where.push(sql`created_at >= ${createdFrom}`);
  if (createdBefore !== undefined) where.push(sql`created_at < ${createdBefore}`);
  if (search !== undefined) where.push(containsText(['name', 'number', 'email'], search));
  return { from: sql`customer`, columns: CUSTOMER_COLUMNS, where };
}
