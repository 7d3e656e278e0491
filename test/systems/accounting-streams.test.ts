/**
 * What of accounting can be watched: invoices as they are issued, paid in part and whole, and cancelled, each event with
 * the fields that its reader may see.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { ADA, BEN, invoiceId, writeBooks } from '../kit/accounting-books.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { readStream } from '../kit/read-stream.ts';
import { errorAt } from '../kit/start-shop.ts';
import { principalWith, startSubgraph, type TestSubgraph } from '../kit/start-subgraph.ts';

const INVOICES = `subscription ($customerId: ID) {
  invoiceChanged(customerId: $customerId) { id status paid { amount } } }`;

let database: TestDatabase;
let subgraph: TestSubgraph;

beforeAll(async () => {
  database = await freshDatabase('accounting', 'empty');
  await writeBooks(database.owner);
  subgraph = await startSubgraph(accounting, database.runtime);
});
afterAll(async () => {
  await subgraph?.stop();
  await database?.drop();
});

const write = (query: string, input: object) => subgraph.ask(query, { as: 'finance', variables: { input } });
const pay = (id: string, amount: string) =>
  write('mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { payment { id } } }', {
    invoiceId: id,
    amount: { amount, currency: 'EUR' },
    method: 'CARD',
  });

async function issue(customerId: string): Promise<string> {
  const line = {
    description: 'Work',
    quantity: 1,
    unitPrice: { amount: '10.00', currency: 'EUR' },
    taxRate: '0',
  };
  const { data } = await write(
    'mutation ($input: IssueInvoiceInput!) { issueInvoice(input: $input) { invoice { id } } }',
    { customerId, lines: [line] },
  );
  return data.issueInvoice.invoice.id;
}

test('an invoice comes when it is issued, paid in part, paid, and cancelled with its credit note', async () => {
  const stream = await readStream(subgraph, INVOICES, { variables: { customerId: ADA } });
  const told = async () => (await stream.next()).data.invoiceChanged;
  const id = await issue(ADA);
  expect(await told()).toEqual({ id, status: 'OPEN', paid: { amount: '0.00' } });
  await pay(id, '4.00');
  expect(await told()).toEqual({ id, status: 'PARTIALLY_PAID', paid: { amount: '4.00' } });
  await pay(id, '6.00');
  expect(await told()).toEqual({ id, status: 'PAID', paid: { amount: '10.00' } });
  const answer = await write(
    'mutation ($input: CancelInvoiceInput!) { cancelInvoice(input: $input) { creditNote { id } } }',
    { invoiceId: id, reason: 'Wrong' },
  );
  const creditNote = answer.data.cancelInvoice.creditNote.id;
  const both = [await told(), await told()];
  expect(both.map((each) => [each.id, each.status])).toEqual([
    [id, 'CANCELLED'],
    [creditNote, 'CREDITED'],
  ]);
  stream.close();
});

test('a customer hears of their own invoices only, and every event refuses the fields that are not for them', async () => {
  const query = 'subscription { invoiceChanged { id journalEntry { id } } }';
  const stream = await readStream(subgraph, query, { as: principalWith('customer', BEN) });
  await issue(ADA);
  const refusal = {
    // Reason for the cast: an error is an object.
    ...(errorAt('invoiceChanged', 'FORBIDDEN', {
      reason: 'The books as a whole are for finance and for those who audit it.',
      details: { field: 'Invoice.journalEntry', rule: 'holds ledger:read' },
    }) as object),
    path: ['invoiceChanged', 'journalEntry'],
  };
  for (const amount of ['1.00', '2.00']) {
    await pay(invoiceId(4), amount);
    expect(await stream.next()).toEqual({
      data: { invoiceChanged: { id: invoiceId(4), journalEntry: null } },
      errors: [refusal],
    });
  }
  stream.close();
});

test('who watches one invoice, or those of one customer, hears of no other', async () => {
  const [watched, another] = [await issue(ADA), await issue(ADA)];
  const query = 'subscription ($id: ID) { invoiceChanged(id: $id) { id } }';
  const ofOne = await readStream(subgraph, query, { variables: { id: watched } });
  const ofAda = await readStream(subgraph, INVOICES, { variables: { customerId: ADA } });
  const heard = async () => (await ofAda.next()).data.invoiceChanged.id;
  await issue(BEN);
  await pay(another, '1.00');
  expect(await heard()).toBe(another);
  await pay(watched, '1.00');
  expect(await heard()).toBe(watched);
  expect(await ofOne.next()).toEqual({ data: { invoiceChanged: { id: watched } } });
  ofOne.close();
  ofAda.close();
});

test('the warehouse may not watch invoices', async () => {
  const stream = await readStream(subgraph, INVOICES, { as: 'warehouse' });
  const [first, ...rest] = await stream.rest();
  expect(first).toEqual({
    data: null,
    errors: [
      errorAt('invoiceChanged', 'FORBIDDEN', {
        reason: 'As the invoices themselves: colleagues hear of any, customers of their own.',
        details: { field: 'Subscription.invoiceChanged', rule: 'holds invoices:read or sees their own' },
      }),
    ],
  });
  expect(rest).toEqual(['complete']);
});
