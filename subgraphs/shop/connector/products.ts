/**
 * Products as the shop's tables hold them. What they are sold by is in `variants.ts`.
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

export interface ProductRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly createdAt: Date;
}

export interface ProductConditions {
  readonly category?: string | undefined;
  readonly inStock?: boolean | undefined;
  readonly search?: string | undefined;
}

export type ProductOrderField = 'NAME' | 'CREATED_AT';

const ORDERS: Readonly<Record<ProductOrderField, Pick<Keyset, 'column' | 'type'>>> = {
  NAME: { column: 'name', type: 'text' },
  CREATED_AT: { column: 'created_at', type: 'timestamptz' },
};

const COLUMNS = sql`id, slug, name, description, category, created_at`;

export function productsOrder(field: ProductOrderField, direction: 'ASC' | 'DESC'): Keyset {
  return { order: `products/${field}/${direction}`, ...ORDERS[field], direction };
}

export async function readProducts(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ProductRow>> {
  const { rows } = await sql<ProductRow>`
    select ${COLUMNS} from product where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

export async function readProductsBySlug(
  database: Database,
  slugs: readonly string[],
): Promise<ReadonlyMap<string, ProductRow>> {
  const { rows } = await sql<ProductRow>`
    select ${COLUMNS} from product where slug = any(${[...slugs]}::text[])`.execute(database);
  return new Map(rows.map((row) => [row.slug, row]));
}

export function pageProducts(
  database: Database,
  conditions: ProductConditions,
  keyset: Keyset,
  request: PageRequest,
): Promise<Page<ProductRow>> {
  return readPage(database, listingOf(conditions), keyset, request);
}

export function countProducts(database: Database, conditions: ProductConditions): Promise<number> {
  return countRows(database, listingOf(conditions));
}

function listingOf({ category, inStock, search }: ProductConditions): Listing {
  const where: RawBuilder<boolean>[] = [];
  if (category !== undefined) where.push(sql`category = ${category}`);
  if (inStock !== undefined) {
    where.push(sql`${inStock} = exists (
      select from product_variant variant where variant.product_id = product.id and variant.on_hand > variant.reserved)`);
  }
  if (search !== undefined) where.push(containsText(['name', 'description'], search));
  return { from: sql`product`, columns: COLUMNS, where };
}
