/**
 * Who bills an order and who hears that the shop has cancelled it wait for each other, so that neither misses what the
 * other did. The order need not be known here yet.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';

/** Until the transaction ends. Comes before every other lock of accounting's. */
export async function holdOrder(transaction: Transaction, orderId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${orderId}, 1))`.execute(transaction);
}
