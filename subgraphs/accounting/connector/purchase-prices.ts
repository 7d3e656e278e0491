/**
 * What we pay for articles, as accounting's tables hold it.
 */

import { sql } from 'kysely';

import type { Database } from '../../kit/database.ts';
import type { MoneyValue } from '../../kit/money.ts';

export async function readPurchasePrices(
  database: Database,
  variantIds: readonly string[],
): Promise<ReadonlyMap<string, MoneyValue>> {
  const { rows } = await sql<{ variantId: string; priceMinor: bigint; currency: string }>`
    select variant_id, price_minor, currency from purchase_price
    where variant_id = any(${[...variantIds]}::text[])`.execute(database);
  return new Map(
    rows.map(({ variantId, priceMinor, currency }) => [variantId, { minor: priceMinor, currency }]),
  );
}
