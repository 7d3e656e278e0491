/**
 * Bills what the shop has sold: one invoice for an order as it was placed, credit notes when it is cancelled. An order
 * that somebody has billed by hand is left as it is billed.
 */

import { sql } from 'kysely';

import type { EventData } from '../../../schema/contract/events.ts';
import type { Transaction } from '../../kit/database.ts';
import { tooEarly } from '../../kit/events/adopt-event.ts';
import { KnownError } from '../../kit/known-error.ts';
import { parseMoney } from '../../kit/money.ts';
import { accountingDay } from './accounting-day.ts';
import { cancelInvoice } from './cancel-invoice.ts';
import { readCustomerAccounts } from './customer-accounts.ts';
import { taxRateFor } from './default-terms.ts';
import { holdOrder } from './hold-order.ts';
import { issueInvoice, type NewInvoice } from './issue-invoice.ts';

type OrderData = EventData<'order.placed'>;

/** Throws EVENT_TOO_EARLY for a customer of whom the CRM has not told yet, else what `issueInvoice` throws. */
export async function adoptPlacedOrder(
  transaction: Transaction,
  id: string,
  order: OrderData,
): Promise<void> {
  await keepCopy(transaction, id, { number: order.number, isCancelled: false });
  const isFree = parseMoney(order.total, 'total').minor === 0n;
  if (isFree || (await isBilled(transaction, id))) return;
  const customer = (await readCustomerAccounts(transaction, [order.customerId])).get(order.customerId);
  if (customer === undefined) throw tooEarly('Accounting does not know the customer yet.');
  await issueInvoice(transaction, invoiceFor(id, order, taxRateFor(customer.country))).catch(waitForTheOther);
}

/** Somebody bills the order by hand this moment; when that has ended, it is seen above. */
function waitForTheOther(error: unknown): never {
  if (error instanceof KnownError && error.extensions['argument'] === 'input.orderId')
    throw tooEarly('Somebody else bills the order this moment.');
  throw error;
}

export async function adoptCancelledOrder(
  transaction: Transaction,
  id: string,
  { number, cancellationReason }: OrderData,
): Promise<void> {
  await keepCopy(transaction, id, { number, isCancelled: true });
  const reason = `Order ${number} was cancelled: ${cancellationReason ?? 'no reason given'}`.slice(0, 500);
  for (const invoiceId of await lockStandingInvoices(transaction, id))
    await cancelInvoice(transaction, { invoiceId, reason, issuedOn: accountingDay(new Date()) });
}

async function keepCopy(
  transaction: Transaction,
  id: string,
  { number, isCancelled }: { readonly number: string; readonly isCancelled: boolean },
): Promise<void> {
  await holdOrder(transaction, id);
  await sql`
    insert into order_copy (order_id, order_number, is_cancelled) values (${id}, ${number}, ${isCancelled})
    on conflict (order_id) do update
      set order_number = excluded.order_number, is_cancelled = excluded.is_cancelled`.execute(transaction);
}

/** By hand, or by this event: when it comes again, an invoice that finance has cancelled since is not made anew. */
async function isBilled(transaction: Transaction, orderId: string): Promise<boolean> {
  const { rows } = await sql`
    select from invoice where order_id = ${orderId} and kind = 'INVOICE' and (bills_whole_order or not is_cancelled)
    limit 1`.execute(transaction);
  return rows.length > 0;
}

/**
 * All of them before the first takes its numbers: whoever pays one of them holds it and waits for a number, and must
 * not find who has the numbers waiting for it.
 */
async function lockStandingInvoices(transaction: Transaction, orderId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from invoice where order_id = ${orderId} and kind = 'INVOICE' and not is_cancelled
    order by id for update`.execute(transaction);
  return rows.map(({ id }) => id);
}

function invoiceFor(
  id: string,
  { number, customerId, total, lines }: OrderData,
  taxRate: string,
): NewInvoice {
  return {
    customerId,
    orderId: id,
    orderNumber: number,
    billsWholeOrder: true,
    issuedOn: accountingDay(new Date()),
    currency: total.currency,
    lines: lines.map(({ name, quantity, unitPrice, variantId }) => ({
      description: name,
      quantity,
      unitPriceMinor: parseMoney(unitPrice, 'lines.unitPrice').minor,
      taxRate,
      variantId,
    })),
  };
}
