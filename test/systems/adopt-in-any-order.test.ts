/**
 * Events may come late, twice and in any order; what they leave is the same. Random deliveries to the real adopters on
 * a real database.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { EVENTS, type CompanyEvent } from '../../schema/contract/events.ts';
import { cancelInvoice } from '../../subgraphs/accounting/connector/cancel-invoice.ts';
import { events as accountingEvents } from '../../subgraphs/accounting/events.ts';
import { openDatabase, type Database } from '../../subgraphs/kit/database.ts';
import { adoptEvent, type Adopters } from '../../subgraphs/kit/events/adopt-event.ts';
import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { KnownError } from '../../subgraphs/kit/known-error.ts';
import { events as shopEvents } from '../../subgraphs/shop/events.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { runAs } from '../kit/small-shop.ts';

const RUNS = { numRuns: 40 };

let accounting: TestDatabase;
let shop: TestDatabase;
let accountingPool: Database;
let shopPool: Database;
let count = 0;

beforeAll(async () => {
  accounting = await freshDatabase('accounting');
  shop = await freshDatabase('shop');
  accountingPool = openDatabase({ url: accounting.runtime, applicationName: 'test' });
  shopPool = openDatabase({ url: shop.runtime, applicationName: 'test' });
});
afterAll(async () => {
  await Promise.all([accountingPool.destroy(), shopPool.destroy()]);
  await Promise.all([accounting.drop(), shop.drop()]);
});

test('a customer and an order end the same, however often and in whatever order their events come', async () => {
  await fc.assert(
    fc.asyncProperty(deliveriesOf(5), fc.boolean(), async (deliveries, isCancelled) => {
      count += 1;
      const customer = globalIdOf('Customer', `any/${count}`);
      const order = globalIdOf('Order', `any/${count}`);
      const told = [
        customerChanged(customer, 1, 'First'),
        customerChanged(customer, 2, 'Second'),
        customerChanged(customer, 3, 'Third'),
        orderEvent('order.placed', order, { version: 1, customerId: customer }),
        ...(isCancelled ? [orderEvent('order.cancelled', order, { version: 2, customerId: customer })] : []),
      ];
      await deliver(accountingPool, accountingEvents.adopts, pick(told, deliveries));
      expect(await accountingState(customer, order)).toEqual({
        name: 'Third',
        standing: isCancelled ? 0 : 1,
        owed: isCancelled ? 0 : 11_900,
      });
    }),
    RUNS,
  );
});

test('an order’s marks end the same, however often and in whatever order the invoice’s events come', async () => {
  await fc.assert(
    fc.asyncProperty(deliveriesOf(3), fc.boolean(), async (deliveries, isCancelled) => {
      count += 1;
      const invoice = globalIdOf('Invoice', `any/${count}`);
      const told = [
        invoiceEvent('invoice.issued', invoice, { version: 1, status: 'OPEN' }),
        invoiceEvent('invoice.paid', invoice, { version: 3, status: 'PAID' }),
        ...(isCancelled
          ? [invoiceEvent('invoice.cancelled', invoice, { version: 4, status: 'CANCELLED' })]
          : []),
      ];
      await deliver(shopPool, shopEvents.adopts, pick(told, deliveries));
      const [copy] = await runAs(
        shop.runtime,
        `select is_paid, is_cancelled from invoice_copy where invoice_id = '${invoice}'`,
      );
      expect(copy).toEqual({ is_paid: !isCancelled, is_cancelled: isCancelled });
    }),
    RUNS,
  );
});

test('of the same event delivered ten times at the same moment, one takes effect', async () => {
  const customer = globalIdOf('Customer', 'any/at once');
  const order = globalIdOf('Order', 'any/at once');
  await deliver(accountingPool, accountingEvents.adopts, [customerChanged(customer, 1, 'First')]);
  const placed = orderEvent('order.placed', order, { version: 1, customerId: customer });
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, () =>
      adoptEvent(accountingPool, accountingEvents.adopts, { source: 'shop', event: placed }),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
  expect(await accountingState(customer, order)).toEqual({ name: 'First', standing: 1, owed: 11_900 });
});

test('an order whose invoice finance has cancelled is not billed again when the shop tells of it again', async () => {
  count += 1;
  const customer = globalIdOf('Customer', `any/${count}`);
  const order = globalIdOf('Order', `any/${count}`);
  const placed = orderEvent('order.placed', order, { version: 1, customerId: customer });
  await deliver(accountingPool, accountingEvents.adopts, [customerChanged(customer, 1, 'First'), placed]);
  const [invoice] = await runAs(accounting.runtime, `select id from invoice where order_id = '${order}'`);
  const cancellation = { invoiceId: String(invoice?.['id']), reason: 'Goodwill', issuedOn: '2026-04-01' };
  await accountingPool.transaction().execute((transaction) => cancelInvoice(transaction, cancellation));
  const repair = { ...placed, id: `${placed.id}_repair`, repairs: true };
  await deliver(accountingPool, accountingEvents.adopts, [repair]);
  expect(await accountingState(customer, order)).toEqual({ name: 'First', standing: 0, owed: 0 });
});

/** Positions to deliver, each at least once, some again, in any order. */
function deliveriesOf(events: number): fc.Arbitrary<readonly number[]> {
  const all = Array.from({ length: events }, (_, index) => index);
  return fc
    .array(fc.nat(events - 1), { maxLength: 5 })
    .chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: events + again.length }));
}

function pick(told: readonly CompanyEvent[], positions: readonly number[]): readonly CompanyEvent[] {
  return positions.flatMap((position) => told[position] ?? []);
}

/** As a worker does: what comes too early is tried again after the others. */
async function deliver(
  database: Database,
  adopters: Adopters,
  queue: readonly CompanyEvent[],
): Promise<void> {
  const early: CompanyEvent[] = [];
  for (const event of queue) {
    const { from: source } = EVENTS[event.type];
    await adoptEvent(database, adopters, { source, event }).catch((error: unknown) => {
      if (!(error instanceof KnownError) || error.code !== 'EVENT_TOO_EARLY') throw error;
      early.push(event);
    });
  }
  if (early.length === queue.length && early.length > 0) throw new Error('nothing gets on');
  if (early.length > 0) await deliver(database, adopters, early);
}

async function accountingState(customer: string, order: string) {
  const [state] = await runAs(
    accounting.runtime,
    `select name,
       (select count(*)::integer from invoice
        where order_id = '${order}' and kind = 'INVOICE' and not is_cancelled) as standing,
       (select coalesce(sum(debit_minor - credit_minor), 0)::integer from journal_line
        where customer_id = '${customer}') as owed
     from customer_account where customer_id = '${customer}'`,
  );
  return state;
}

function customerChanged(id: string, version: number, name: string): CompanyEvent {
  const data = { number: `C-any-${count}`, kind: 'PERSON', name, billingAddress: null };
  return { ...envelope('customer.changed', id, version), type: 'customer.changed', data };
}

function orderEvent(
  type: 'order.placed' | 'order.cancelled',
  id: string,
  { version, customerId }: { readonly version: number; readonly customerId: string },
): CompanyEvent {
  const money = { amount: '100.00', currency: 'EUR' };
  const variantId = globalIdOf('ProductVariant', 'any');
  const line = { position: 1, variantId, sku: 'ANY', name: 'Anything', quantity: 1, unitPrice: money };
  const isCancelled = type === 'order.cancelled';
  const data = {
    number: `B-any-${count}`,
    customerId,
    status: isCancelled ? 'CANCELLED' : 'PLACED',
    placedAt: '2026-03-31T14:05:00.000Z',
    total: money,
    lines: [line],
    cancellationReason: isCancelled ? 'Ordered twice' : null,
  };
  return { ...envelope(type, id, version), type, data };
}

function invoiceEvent(
  type: 'invoice.issued' | 'invoice.paid' | 'invoice.cancelled',
  id: string,
  { version, status }: { readonly version: number; readonly status: string },
): CompanyEvent {
  const money = { amount: '100.00', currency: 'EUR' };
  const data = {
    number: `R-any-${count}`,
    customerId: globalIdOf('Customer', 'any'),
    orderId: globalIdOf('Order', `any/${count}`),
    status,
    issuedOn: '2026-03-31',
    dueOn: '2026-04-14',
    total: money,
    paid: money,
  };
  return { ...envelope(type, id, version), type, data };
}

function envelope(type: CompanyEvent['type'], id: string, version: number) {
  const entity = { type: EVENTS[type].entity, id };
  return { id: `evt_${id}_${version}`, entity, version, occurredAt: '2026-03-31T14:05:00.000Z' };
}
