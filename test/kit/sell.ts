/**
 * What people do in the reference company's systems, for tests of what follows elsewhere.
 */

import type { EventCompany } from './start-event-company.ts';

const ADDRESS = { street: 'Lange Straße 1', postalCode: '10115', city: 'Berlin', country: 'DE' };

export interface Placed {
  readonly id: string;
  readonly number: string;
}

/** Gives the customer's id. */
export async function createCustomer(company: EventCompany, name: string): Promise<string> {
  const input = { kind: 'COMPANY', name, billingAddress: ADDRESS };
  const answer = await company.ask(
    'crm',
    'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } } }',
    { as: 'sales', variables: { input } },
  );
  return dataOf(answer).createCustomer.customer.id;
}

/** An article with plenty on the shelf, in euros. */
export async function plentifulArticle(company: EventCompany): Promise<string> {
  const [row] = await company.query(
    'shop',
    `select id from product_variant where currency = 'EUR' order by on_hand - reserved desc limit 1`,
  );
  return String(row?.['id']);
}

/** One piece of the article. */
export async function placeOrder(
  company: EventCompany,
  customerId: string,
  variantId: string,
): Promise<Placed> {
  dataOf(
    await company.ask(
      'shop',
      'mutation ($input: SetCartLineInput!) { setCartLine(input: $input) { cart { id } } }',
      { as: 'commerce', variables: { input: { customerId, variantId, quantity: 1 } } },
    ),
  );
  const answer = await company.ask(
    'shop',
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id number } } }',
    { as: 'commerce', variables: { input: { customerId, shippingAddress: ADDRESS } } },
  );
  return dataOf(answer).placeOrder.order;
}

export async function cancelOrder(company: EventCompany, orderId: string): Promise<void> {
  const input = { orderId, expectedVersion: 1, reason: 'Ordered twice' };
  dataOf(
    await company.ask(
      'shop',
      'mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { order { status } } }',
      { as: 'commerce', variables: { input } },
    ),
  );
}

/** What accounting has issued for the order, oldest first. */
export function documentsOf(company: EventCompany, orderId: string) {
  return company.query(
    'accounting',
    `select kind, status, order_number as "orderNumber", net_minor::text as net, total_minor::text as total
     from invoice where order_id = '${orderId}' order by number`,
  );
}

/** How the shop has marked the order. */
export async function marksOf(company: EventCompany, orderId: string) {
  const [marks] = await company.query(
    'shop',
    `select is_billed as "isBilled", is_paid as "isPaid" from order_billing_mark where order_id = '${orderId}'`,
  );
  return marks;
}

/** Throws what a refused answer says. */
export function dataOf(answer: Awaited<ReturnType<EventCompany['ask']>>) {
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}
