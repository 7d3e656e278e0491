/**
 * Articles as the shop's tables hold them, with their price and stock. `stock.ts` changes the stock.
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

export interface VariantRow {
  readonly id: string;
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly priceMinor: bigint;
  readonly currency: string;
  /** What lies on the shelf. */
  readonly onHand: number;
  /** What of it belongs to orders that were not shipped yet. */
  readonly reserved: number;
}

export interface VariantConditions {
  readonly productId?: string | undefined;
  readonly stockBelow?: number | undefined;
  readonly search?: string | undefined;
}

export const VARIANTS_BY_SKU: Keyset = {
  order: 'productVariants/SKU',
  column: 'sku',
  type: 'text',
  direction: 'ASC',
};

/** As the schema promises for `Product.variants`. */
const MOST_OF_PRODUCT = 100;

export const VARIANT_COLUMNS = sql`id, product_id, sku, name, price_minor, currency, on_hand, reserved`;

export async function readVariants(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, VariantRow>> {
  const { rows } = await sql<VariantRow>`
    select ${VARIANT_COLUMNS} from product_variant where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

export async function readVariantsBySku(
  database: Database,
  skus: readonly string[],
): Promise<ReadonlyMap<string, VariantRow>> {
  const { rows } = await sql<VariantRow>`
    select ${VARIANT_COLUMNS} from product_variant where sku = any(${[...skus]}::text[])`.execute(database);
  return new Map(rows.map((row) => [row.sku, row]));
}

/** By SKU, the first 100 of each product. */
export async function readVariantsOfProducts(
  database: Database,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, readonly VariantRow[]>> {
  const { rows } = await sql<VariantRow>`
    select variant.* from unnest(${[...productIds]}::text[]) as parent(id)
    cross join lateral (
      select ${VARIANT_COLUMNS} from product_variant where product_id = parent.id order by sku limit ${MOST_OF_PRODUCT}
    ) as variant
    order by variant.product_id, variant.sku`.execute(database);
  return Map.groupBy(rows, (row) => row.productId);
}

export function pageVariants(
  database: Database,
  conditions: VariantConditions,
  request: PageRequest,
): Promise<Page<VariantRow>> {
  return readPage(database, listingOf(conditions), VARIANTS_BY_SKU, request);
}

export function countVariants(database: Database, conditions: VariantConditions): Promise<number> {
  return countRows(database, listingOf(conditions));
}

function listingOf({ productId, stockBelow, search }: VariantConditions): Listing {
  const where: RawBuilder<boolean>[] = [];
  if (productId !== undefined) where.push(sql`product_id = ${productId}`);
  if (stockBelow !== undefined) where.push(sql`on_hand - reserved < ${stockBelow}`);
  if (search !== undefined) where.push(containsText(['name', 'sku'], search));
  return { from: sql`product_variant`, columns: VARIANT_COLUMNS, where };
}
