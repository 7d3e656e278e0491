/**
 * The shelf: what lies there and what of it is reserved. Whoever changes several articles locks them here first, in
 * the order of their ids, so that no two writers wait for each other. Knows no cart and no order.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { mintId } from '../../kit/global-id.ts';
import { badInput, KnownError } from '../../kit/known-error.ts';
import { byId } from '../../kit/loaders.ts';
import { publishStock, type StockRow } from './order-events.ts';
import { VARIANT_COLUMNS, type VariantRow } from './variants.ts';

/** Far below what PostgreSQL's integer holds, so that a slip of the hand is refused and not a fault. */
const LARGEST_ON_HAND = 1_000_000_000;

export interface StockChange {
  readonly variantId: string;
  readonly onHand: number;
  readonly reserved: number;
}

export interface StockMovement {
  readonly variantId: string;
  readonly change: number;
}

/** Why, and who says so. */
export interface MovementRecord {
  readonly reason: string;
  readonly recordedBy: string;
}

/** An article of which more was wanted than can be had. */
export interface Shortage {
  readonly variantId: string;
  readonly sku: string;
  readonly wanted: number;
  readonly available: number;
}

/** Holds the articles until the transaction ends. What is not known is left out. */
export async function lockVariants(
  transaction: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, VariantRow>> {
  // `no key`, so that lines that only refer to an article need not wait.
  const { rows } = await sql<VariantRow>`
    select ${VARIANT_COLUMNS} from product_variant where id = any(${[...ids]}::text[])
    order by id for no key update`.execute(transaction);
  return byId(rows);
}

/** Adds to both numbers and tells of it; the articles are locked already, and each is named once. */
export async function changeStock(transaction: Transaction, changes: readonly StockChange[]): Promise<void> {
  const { rows } = await sql<StockRow>`
    update product_variant variant
    set on_hand = variant.on_hand + change.on_hand, reserved = variant.reserved + change.reserved,
      stock_version = variant.stock_version + 1
    from unnest(${changes.map(({ variantId }) => variantId)}::text[], ${changes.map(({ onHand }) => onHand)}::integer[],
      ${changes.map(({ reserved }) => reserved)}::integer[]) as change(variant_id, on_hand, reserved)
    where variant.id = change.variant_id
    returning variant.id, variant.sku, variant.on_hand, variant.reserved, variant.stock_version`.execute(
    transaction,
  );
  await publishStock(transaction, rows);
}

export async function recordMovements(
  transaction: Transaction,
  movements: readonly StockMovement[],
  { reason, recordedBy }: MovementRecord,
): Promise<void> {
  await sql`
    insert into stock_movement (id, variant_id, change, reason, recorded_by, created_at)
    select movement.id, movement.variant_id, movement.change, ${reason}, ${recordedBy}, now()
    from unnest(${movements.map(() => mintId('StockMovement'))}::text[],
      ${movements.map(({ variantId }) => variantId)}::text[],
      ${movements.map(({ change }) => change)}::integer[]) as movement(id, variant_id, change)`.execute(
    transaction,
  );
}

export function insufficientStock(argument: string, articles: readonly Shortage[]): KnownError {
  return new KnownError('INSUFFICIENT_STOCK', { argument, details: { articles } });
}

/** Throws NOT_FOUND, or INSUFFICIENT_STOCK when less would be left than is reserved. */
export async function adjustStock(
  transaction: Transaction,
  { variantId, change, ...record }: StockMovement & MovementRecord,
): Promise<VariantRow> {
  const variant = (await lockVariants(transaction, [variantId])).get(variantId);
  if (variant === undefined) throw new KnownError('NOT_FOUND', { argument: 'input.variantId' });
  const { sku, onHand, reserved } = variant;
  if (onHand + change < reserved) {
    const shortage = { variantId, sku, wanted: -change, available: onHand - reserved };
    throw insufficientStock('input.change', [shortage]);
  }
  if (onHand + change > LARGEST_ON_HAND) {
    throw badInput('input.change', `At most ${LARGEST_ON_HAND} can be on the shelf.`);
  }
  await changeStock(transaction, [{ variantId, onHand: change, reserved: 0 }]);
  await recordMovements(transaction, [{ variantId, change }], record);
  return { ...variant, onHand: onHand + change };
}
