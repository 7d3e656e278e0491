/**
 * What happens in one system is adopted by the others, over real webhooks and real databases. How signatures are
 * checked is shown in `test/security/webhooks.test.ts`.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { runAs } from '../kit/small-shop.ts';
import { startEventCompany, type EventCompany } from '../kit/start-event-company.ts';
import {
  cancelOrder,
  createCustomer,
  dataOf,
  documentsOf,
  marksOf,
  placeOrder,
  plentifulArticle,
} from '../kit/sell.ts';

let company: EventCompany;
let article: string;

beforeAll(async () => {
  company = await startEventCompany();
  article = await plentifulArticle(company);
});
afterAll(() => company.stop());

test('a new customer is known everywhere, with the usual terms in accounting', async () => {
  const id = await createCustomer(company, 'Neue Möbel GmbH');
  await company.settled();
  const account = await company.query(
    'accounting',
    `select name, city, country, currency, credit_limit_minor, payment_term_days, dunning_level
     from customer_account where customer_id = '${id}'`,
  );
  expect(account).toEqual([
    {
      name: 'Neue Möbel GmbH',
      city: 'Berlin',
      country: 'DE',
      currency: 'EUR',
      credit_limit_minor: null,
      payment_term_days: 14,
      dunning_level: 0,
    },
  ]);
  const copy = await company.query('shop', `select name from customer_copy where customer_id = '${id}'`);
  expect(copy).toEqual([{ name: 'Neue Möbel GmbH' }]);
});

test('a delivery whose end could not be written down is made again soon, and takes effect once', async () => {
  const id = await createCustomer(company, 'Zweimal OHG');
  await company.settled();
  await runAs(
    company.databases.crm.owner,
    `update pgboss.job set state = 'active', completed_on = null, started_on = now() - interval '40 seconds'
     where data->'entity'->>'id' = '${id}'`,
  );
  await company.settled();
  const said = 'deliveries whose end could not be written down are made again';
  expect(company.logged().filter(({ msg }) => msg === said)).toMatchObject([{ count: 2 }]);
  const receipts = await company.query(
    'shop',
    `select outcome from inbox join adopted_version using (event_id) where entity_id = '${id}'`,
  );
  expect(receipts).toEqual([{ outcome: 'APPLIED' }]);
});

test('a changed address and name are adopted, and what was agreed stays', async () => {
  const id = await createCustomer(company, 'Alt & Söhne');
  await company.settled();
  const limit = { amount: '500.00', currency: 'EUR' };
  dataOf(
    await company.ask(
      'accounting',
      'mutation ($input: SetCreditLimitInput!) { setCreditLimit(input: $input) { customer { id } } }',
      { as: 'finance', variables: { input: { customerId: id, creditLimit: limit, expectedVersion: 1 } } },
    ),
  );
  const billingAddress = { street: 'Ring 2', postalCode: '1010', city: 'Wien', country: 'AT' };
  dataOf(
    await company.ask(
      'crm',
      'mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { version } } }',
      {
        as: 'sales',
        variables: { input: { id, expectedVersion: 1, name: 'Neu & Töchter', billingAddress } },
      },
    ),
  );
  await company.settled();
  const account = await company.query(
    'accounting',
    `select name, street, city, credit_limit_minor::text as limit from customer_account where customer_id = '${id}'`,
  );
  expect(account).toEqual([{ name: 'Neu & Töchter', street: 'Ring 2', city: 'Wien', limit: '50000' }]);
  const copy = await company.query('shop', `select name from customer_copy where customer_id = '${id}'`);
  expect(copy).toEqual([{ name: 'Neu & Töchter' }]);
});

test('an order placed becomes an invoice, and the order is marked billed, then paid', async () => {
  const customerId = await createCustomer(company, 'Käufer KG');
  await company.settled();
  const order = await placeOrder(company, customerId, article);
  await company.settled();
  const [price] = await company.query(
    'shop',
    `select total_minor::text as net from customer_order where id = '${order.id}'`,
  );
  const net = Number(price?.['net']);
  const total = String(net + Math.floor((net * 1900 + 5000) / 10_000));
  const invoice = { kind: 'INVOICE', orderNumber: order.number, net: String(net), total };
  expect(await documentsOf(company, order.id)).toEqual([{ ...invoice, status: 'OPEN' }]);
  expect(await marksOf(company, order.id)).toEqual({ isBilled: true, isPaid: false });
  await payInvoiceOf(order.id);
  await company.settled();
  expect(await documentsOf(company, order.id)).toEqual([{ ...invoice, status: 'PAID' }]);
  expect(await marksOf(company, order.id)).toEqual({ isBilled: true, isPaid: true });
});

test('a cancelled order is credited, and is billed no more', async () => {
  const customerId = await createCustomer(company, 'Zögerer KG');
  await company.settled();
  const order = await placeOrder(company, customerId, article);
  await company.settled();
  await cancelOrder(company, order.id);
  await company.settled();
  expect(await documentsOf(company, order.id)).toMatchObject([
    { kind: 'INVOICE', status: 'CANCELLED' },
    { kind: 'CREDIT_NOTE', status: 'CREDITED' },
  ]);
  expect(await marksOf(company, order.id)).toEqual({ isBilled: false, isPaid: false });
});

test('accounting stands still while the shop sells, and has every invoice when it is back', async () => {
  const customerId = await createCustomer(company, 'Treue AG');
  await company.settled();
  await company.stopSubgraph('accounting');
  const orders = [];
  for (let count = 0; count < 3; count += 1) orders.push(await placeOrder(company, customerId, article));
  await company.becomes(async () =>
    company.logged().some((line) => line['msg'] === 'an event could not be delivered yet'),
  );
  for (const order of orders) expect(await documentsOf(company, order.id)).toEqual([]);
  await company.startSubgraph('accounting');
  await company.settled();
  for (const order of orders) {
    expect(await documentsOf(company, order.id)).toMatchObject([{ kind: 'INVOICE', status: 'OPEN' }]);
    expect(await marksOf(company, order.id)).toEqual({ isBilled: true, isPaid: false });
  }
});

test('an order of a customer of whom accounting has not heard yet waits for the customer', async () => {
  const customerId = await createCustomer(company, 'Eilige UG');
  await company.settled();
  // As if the CRM’s event were still under way.
  await forgetCustomer(customerId);
  const order = await placeOrder(company, customerId, article);
  await company.becomes(async () =>
    company.logged().some((line) => line['reason'] === 'Accounting does not know the customer yet.'),
  );
  expect(await documentsOf(company, order.id)).toEqual([]);
  await renameCustomer(customerId, 'Eilige GmbH');
  await company.settled();
  expect(await documentsOf(company, order.id)).toMatchObject([{ kind: 'INVOICE', status: 'OPEN' }]);
});

test('an order that finance has billed by hand is not billed again', async () => {
  const customerId = await createCustomer(company, 'Sonderfall eG');
  await company.settled();
  await company.stopWorker('shop');
  const order = await placeOrder(company, customerId, article);
  const issued = await issueByHand(customerId, order);
  expect(issued.errors).toBeUndefined();
  await company.startWorker('shop');
  await company.settled();
  expect(await documentsOf(company, order.id)).toMatchObject([{ kind: 'INVOICE', net: '100' }]);
});

test('an order that was billed by its event cannot be billed by hand as well', async () => {
  const customerId = await createCustomer(company, 'Doppelt GmbH');
  await company.settled();
  const order = await placeOrder(company, customerId, article);
  await company.settled();
  const issued = await issueByHand(customerId, order);
  expect(issued.errors).toMatchObject([
    { extensions: { code: 'STATE_CONFLICT', reason: 'The order is billed as a whole already.' } },
  ]);
  expect(await documentsOf(company, order.id)).toHaveLength(1);
});

test('every change of stock and every parcel is announced', async () => {
  const customerId = await createCustomer(company, 'Paket GmbH');
  await company.settled();
  const order = await placeOrder(company, customerId, article);
  dataOf(
    await company.ask(
      'shop',
      'mutation ($input: ShipOrderInput!) { shipOrder(input: $input) { shipment { id } } }',
      { as: 'warehouse', variables: { input: { orderId: order.id, carrier: 'DHL', trackingNumber: 'T1' } } },
    ),
  );
  await company.settled();
  const said = await company.query(
    'shop',
    `select type, version, data -> 'status' as status, data -> 'shipment' -> 'carrier' as carrier
     from outbox where entity_id = '${order.id}' order by sequence`,
  );
  expect(said).toEqual([
    { type: 'order.placed', version: 1, status: 'PLACED', carrier: null },
    { type: 'order.shipped', version: 2, status: 'SHIPPED', carrier: 'DHL' },
  ]);
  const [stock] = await company.query(
    'shop',
    `select (data ->> 'onHand')::integer - (data ->> 'reserved')::integer = (data ->> 'stock')::integer as "addsUp",
       version = (select stock_version from product_variant where id = '${article}') as "isLatest"
     from outbox where entity_id = '${article}' order by sequence desc limit 1`,
  );
  expect(stock).toEqual({ addsUp: true, isLatest: true });
});

async function payInvoiceOf(orderId: string): Promise<void> {
  const [invoice] = await company.query(
    'accounting',
    `select id, total_minor::text as total from invoice where order_id = '${orderId}'`,
  );
  const minor = String(invoice?.['total']).padStart(3, '0');
  const amount = { amount: `${minor.slice(0, -2)}.${minor.slice(-2)}`, currency: 'EUR' };
  dataOf(
    await company.ask(
      'accounting',
      'mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { payment { id } } }',
      { as: 'finance', variables: { input: { invoiceId: invoice?.['id'], amount, method: 'CARD' } } },
    ),
  );
}

function issueByHand(customerId: string, order: { readonly id: string; readonly number: string }) {
  const unitPrice = { amount: '1.00', currency: 'EUR' };
  const lines = [{ description: 'By hand', quantity: 1, unitPrice, taxRate: '0.19' }];
  const input = { customerId, orderId: order.id, orderNumber: order.number, lines };
  return company.ask(
    'accounting',
    'mutation ($input: IssueInvoiceInput!) { issueInvoice(input: $input) { invoice { number } } }',
    { as: 'finance', variables: { input } },
  );
}

async function renameCustomer(id: string, name: string): Promise<void> {
  dataOf(
    await company.ask(
      'crm',
      'mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { version } } }',
      { as: 'sales', variables: { input: { id, expectedVersion: 1, name } } },
    ),
  );
}

async function forgetCustomer(id: string): Promise<void> {
  await runAs(company.databases.accounting.owner, `delete from customer_account where customer_id = '${id}'`);
}
