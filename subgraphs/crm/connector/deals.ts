/**
 * Deals and their lines as the CRM's tables hold them.
 */

import { sql, type RawBuilder } from 'kysely';

import type { Database, Transaction } from '../../kit/database.ts';
import { KnownError } from '../../kit/known-error.ts';
import { byId } from '../../kit/loaders.ts';
import {
  countRows,
  countRowsOfParents,
  readPage,
  readPagesOfParents,
  type Keyset,
  type Listing,
  type Page,
  type PageRequest,
} from '../../kit/page.ts';
import { containsText } from '../../kit/search.ts';

export interface DealRow {
  readonly id: string;
  readonly customerId: string;
  readonly title: string;
  readonly stage: string;
  readonly currency: string;
  readonly valueMinor: bigint;
  readonly expectedCloseOn: string | null;
  readonly closedAt: Date | null;
  readonly ownerId: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface DealLineRow {
  readonly dealId: string;
  readonly position: number;
  readonly description: string;
  readonly quantity: number;
  readonly unitPriceMinor: bigint;
  readonly currency: string;
  readonly variantId: string | null;
  readonly variantSku: string | null;
}

export interface DealConditions {
  readonly customerId?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly stage?: string | undefined;
  readonly expectedCloseFrom?: string | undefined;
  readonly expectedCloseTo?: string | undefined;
  readonly search?: string | undefined;
}

export type DealOrderField = 'CREATED_AT' | 'TITLE' | 'VALUE';

const ORDERS: Readonly<Record<DealOrderField, Pick<Keyset, 'column' | 'type'>>> = {
  CREATED_AT: { column: 'created_at', type: 'timestamptz' },
  TITLE: { column: 'title', type: 'text' },
  VALUE: { column: 'value_minor', type: 'bigint' },
};

const COLUMNS = sql`
  id, customer_id, title, stage, currency, value_minor, expected_close_on, closed_at, owner_id, version, created_at,
  updated_at`;

export const DEALS_OF_CUSTOMER: Keyset = {
  order: 'customer.deals',
  column: 'created_at',
  type: 'timestamptz',
  direction: 'DESC',
};

export function dealsOrder(field: DealOrderField, direction: 'ASC' | 'DESC'): Keyset {
  return { order: `deals/${field}/${direction}`, ...ORDERS[field], direction };
}

export async function readDeals(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DealRow>> {
  const { rows } = await sql<DealRow>`
    select ${COLUMNS} from deal where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

export async function readLinesOfDeals(
  database: Database,
  dealIds: readonly string[],
): Promise<ReadonlyMap<string, readonly DealLineRow[]>> {
  const { rows } = await sql<DealLineRow>`
    select line.deal_id, line.position, line.description, line.quantity, line.unit_price_minor, deal.currency,
      line.variant_id, line.variant_sku
    from deal_line line join deal on deal.id = line.deal_id
    where line.deal_id = any(${[...dealIds]}::text[])
    order by line.deal_id, line.position`.execute(database);
  return Map.groupBy(rows, (row) => row.dealId);
}

export function pageDeals(
  database: Database,
  conditions: DealConditions,
  keyset: Keyset,
  request: PageRequest,
): Promise<Page<DealRow>> {
  return readPage(database, listingOf(conditions), keyset, request);
}

export function countDeals(database: Database, conditions: DealConditions): Promise<number> {
  return countRows(database, listingOf(conditions));
}

export function pageDealsOfCustomers(
  database: Database,
  customerIds: readonly string[],
  conditions: DealConditions,
  request: PageRequest,
): Promise<ReadonlyMap<string, Page<DealRow>>> {
  const listing = { ...listingOf(conditions), parentColumn: 'customer_id' };
  return readPagesOfParents(database, listing, DEALS_OF_CUSTOMER, { ...request, parentIds: customerIds });
}

export function countDealsOfCustomers(
  database: Database,
  customerIds: readonly string[],
  conditions: DealConditions,
): Promise<ReadonlyMap<string, number>> {
  return countRowsOfParents(database, { ...listingOf(conditions), parentColumn: 'customer_id' }, customerIds);
}

/** Throws NOT_FOUND, VERSION_CONFLICT, or STATE_CONFLICT for a deal that is decided. */
export async function moveDeal(
  transaction: Transaction,
  move: { readonly id: string; readonly expectedVersion: number; readonly stage: string },
): Promise<DealRow> {
  const { rows } = await sql<DealRow>`
    update deal set stage = ${move.stage}, version = version + 1, updated_at = now(),
      closed_at = case when ${move.stage} in ('WON', 'LOST') then now() end
    where id = ${move.id} and version = ${move.expectedVersion} and stage not in ('WON', 'LOST')
    returning ${COLUMNS}`.execute(transaction);
  if (rows[0] !== undefined) return rows[0];
  const current = (await readDeals(transaction, [move.id])).get(move.id);
  if (current === undefined) throw new KnownError('NOT_FOUND', { argument: 'input.id' });
  if (current.version !== move.expectedVersion) {
    throw new KnownError('VERSION_CONFLICT', {
      argument: 'input.expectedVersion',
      details: { version: current.version },
    });
  }
  throw new KnownError('STATE_CONFLICT', {
    argument: 'input.id',
    reason: `The deal is ${current.stage} already.`,
  });
}

function listingOf(conditions: DealConditions): Listing {
  const { customerId, ownerId, stage, expectedCloseFrom, expectedCloseTo, search } = conditions;
  const where: RawBuilder<boolean>[] = [];
  if (customerId !== undefined) where.push(sql`customer_id = ${customerId}`);
  if (ownerId !== undefined) where.push(sql`owner_id = ${ownerId}`);
  if (stage !== undefined) where.push(sql`stage = ${stage}`);
  if (expectedCloseFrom !== undefined) where.push(sql`expected_close_on >= ${expectedCloseFrom}::date`);
  if (expectedCloseTo !== undefined) where.push(sql`expected_close_on <= ${expectedCloseTo}::date`);
  if (search !== undefined) where.push(containsText(['title'], search));
  return { from: sql`deal`, columns: COLUMNS, where };
}
