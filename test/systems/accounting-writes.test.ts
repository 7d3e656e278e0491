/**
 * Accounting's mutations: what each makes true, in the documents and in the ledger.
 */

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { accountingDay } from '../../subgraphs/accounting/connector/accounting-day.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { ADA, ARTICLE, BEN, invoiceId, ORDER, writeBooks } from '../kit/accounting-books.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { startSubgraph, type TestSubgraph } from '../kit/start-subgraph.ts';

const POSTED =
  'journalEntry { number postedOn description lines { account { number } debit { amount } credit { amount } } }';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const line = (number: string, debit: string | null, credit: string | null) => ({
  account: { number },
  debit: debit === null ? null : { amount: debit },
  credit: credit === null ? null : { amount: credit },
});

let database: TestDatabase;
let subgraph: TestSubgraph;

beforeEach(async () => {
  database = await freshDatabase('accounting', 'empty');
  await writeBooks(database.owner);
  subgraph = await startSubgraph(accounting, database.runtime);
});

afterEach(async () => {
  await subgraph?.stop();
  await database?.drop();
});

test('an invoice is issued with the next number, tax by rate, the terms of the customer, and posted', async () => {
  const answer = await write('issueInvoice', 'IssueInvoiceInput', {
    select: `invoice { number kind status customer { id receivable { amount } } order { id number } recipientName
      recipientAddress { city } issuedOn dueOn lines { position description quantity unitPrice { amount } taxRate net { amount } variant { id } }
      net { amount } tax { amount } total { amount } paid { amount } outstanding { amount } ${POSTED} }`,
    input: {
      customerId: ADA,
      orderId: ORDER,
      orderNumber: 'B-2026-000001',
      issuedOn: '2026-01-31',
      lines: [
        // Three times 0.13 at 19 % is 7.41 cents of tax together, and would be 3 × 2 cents line by line.
        { description: ' Bolt ', quantity: 3, unitPrice: eur('0.13'), variantId: ARTICLE },
        { description: 'Book', quantity: 1, unitPrice: eur('0.50'), taxRate: '0.07' },
        { description: 'Stamp', quantity: 2, unitPrice: eur('0.80'), taxRate: '0' },
      ],
    },
  });
  expect(answer).toEqual({
    data: {
      issueInvoice: {
        invoice: {
          number: 'R-2026-000005',
          kind: 'INVOICE',
          status: 'OPEN',
          customer: { id: ADA, receivable: { amount: '883.60' } },
          order: { id: ORDER, number: 'B-2026-000001' },
          recipientName: 'Ada Byron',
          recipientAddress: { city: 'London' },
          issuedOn: '2026-01-31',
          dueOn: '2026-03-02',
          lines: [
            {
              position: 1,
              description: 'Bolt',
              quantity: 3,
              unitPrice: { amount: '0.13' },
              taxRate: '0.19',
              net: { amount: '0.39' },
              variant: { id: ARTICLE },
            },
            {
              position: 2,
              description: 'Book',
              quantity: 1,
              unitPrice: { amount: '0.50' },
              taxRate: '0.07',
              net: { amount: '0.50' },
              variant: null,
            },
            {
              position: 3,
              description: 'Stamp',
              quantity: 2,
              unitPrice: { amount: '0.80' },
              taxRate: '0',
              net: { amount: '1.60' },
              variant: null,
            },
          ],
          net: { amount: '2.49' },
          tax: { amount: '0.11' },
          total: { amount: '2.60' },
          paid: { amount: '0.00' },
          outstanding: { amount: '2.60' },
          journalEntry: {
            number: 'J-2026-000007',
            postedOn: '2026-01-31',
            description: 'Invoice R-2026-000005',
            lines: [line('1400', '2.60', null), line('8400', null, '2.49'), line('1776', null, '0.11')],
          },
        },
      },
    },
  });
});

test('an invoice without a day is of today, without tax it moves no tax account, and a new year counts from 1', async () => {
  const today = accountingDay(new Date());
  const input = {
    customerId: BEN,
    lines: [{ description: 'Advice', quantity: 1, unitPrice: eur('5'), taxRate: '0.0' }],
  };
  const select = `invoice { issuedOn recipientAddress { city } order { id } ${POSTED} }`;
  const answer = await write('issueInvoice', 'IssueInvoiceInput', { select, input });
  expect(answer.data.issueInvoice.invoice).toEqual({
    issuedOn: today,
    recipientAddress: null,
    order: null,
    journalEntry: {
      number: expect.stringContaining(`J-${today.slice(0, 4)}-`),
      postedOn: today,
      description: expect.any(String),
      lines: [line('1400', '5.00', null), line('8400', null, '5.00')],
    },
  });
  const early = { ...input, issuedOn: '2025-12-31' };
  const earlier = await write('issueInvoice', 'IssueInvoiceInput', {
    select: 'invoice { number dueOn }',
    input: early,
  });
  expect(earlier.data.issueInvoice.invoice).toEqual({ number: 'R-2025-000001', dueOn: '2026-01-14' });
});

test('a payment is posted, marks the invoice, and lowers what the customer owes', async () => {
  const answer = await write('recordPayment', 'RecordPaymentInput', {
    select: `payment { amount { amount currency } receivedOn method reference ${POSTED}
      invoice { status paid { amount } outstanding { amount } customer { receivable { amount } } } }`,
    input: {
      invoiceId: invoiceId(1),
      amount: eur('1000'),
      receivedOn: '2026-02-01',
      method: 'DIRECT_DEBIT',
      reference: 'Thanks',
    },
  });
  expect(answer).toEqual({
    data: {
      recordPayment: {
        payment: {
          amount: { amount: '1000.00', currency: 'EUR' },
          receivedOn: '2026-02-01',
          method: 'DIRECT_DEBIT',
          reference: 'Thanks',
          invoice: {
            status: 'PAID',
            paid: { amount: '1190.00' },
            outstanding: { amount: '0.00' },
            customer: { receivable: { amount: '-119.00' } },
          },
          journalEntry: {
            number: 'J-2026-000007',
            postedOn: '2026-02-01',
            description: 'Payment for R-2026-000001',
            lines: [line('1200', '1000.00', null), line('1400', null, '1000.00')],
          },
        },
      },
    },
  });
});

test('a partly paid invoice is cancelled by a credit note, and what was paid is owed to the customer', async () => {
  const today = accountingDay(new Date());
  const answer = await write('cancelInvoice', 'CancelInvoiceInput', {
    select: `creditNote { number kind status recipientName recipientAddress { street } order { number } issuedOn dueOn reason
      net { amount } tax { amount } total { amount } outstanding { amount } lines { position description variant { id } }
      customer { receivable { amount } } cancels { number status paid { amount } outstanding { amount } }
      journalEntry { postedOn description lines { account { number } debit { amount } credit { amount } } } }`,
    input: { invoiceId: invoiceId(1), reason: 'Wrong prices' },
  });
  const { number } = answer.data.cancelInvoice.creditNote;
  expect(number).toMatch(/^R-\d{4}-\d{6}$/);
  expect(answer.data.cancelInvoice.creditNote).toEqual({
    number,
    kind: 'CREDIT_NOTE',
    status: 'CREDITED',
    recipientName: 'Ada King',
    recipientAddress: { street: 'Old Street 1' },
    order: { number: 'B-2026-000001' },
    issuedOn: today,
    dueOn: today,
    reason: 'Wrong prices',
    net: { amount: '1000.00' },
    tax: { amount: '190.00' },
    total: { amount: '1190.00' },
    outstanding: { amount: '0.00' },
    lines: [
      { position: 1, description: 'Difference engine', variant: { id: ARTICLE } },
      { position: 2, description: 'Postage', variant: null },
    ],
    customer: { receivable: { amount: '-309.00' } },
    cancels: {
      number: 'R-2026-000001',
      status: 'CANCELLED',
      paid: { amount: '190.00' },
      outstanding: { amount: '0.00' },
    },
    journalEntry: {
      postedOn: today,
      description: `Credit note ${number} for R-2026-000001`,
      lines: [line('1400', null, '1190.00'), line('8400', '1000.00', null), line('1776', '190.00', null)],
    },
  });
});

test('each of several changes in one request answers what is true after it', async () => {
  const set = (name: string, amount: string, version: number) =>
    `${name}: setCreditLimit(input: { customerId: "${ADA}", creditLimit: { amount: "${amount}", currency: "EUR" }, expectedVersion: ${version} }) {
      customer { creditLimit { amount } creditAvailable { amount } creditVersion } }`;
  const answer = await subgraph.ask(`mutation { ${set('first', '1000', 1)} ${set('second', '0', 2)} }`, {
    as: 'finance',
  });
  expect(answer).toEqual({
    data: {
      first: {
        customer: {
          creditLimit: { amount: '1000.00' },
          creditAvailable: { amount: '119.00' },
          creditVersion: 2,
        },
      },
      second: {
        customer: {
          creditLimit: { amount: '0.00' },
          creditAvailable: { amount: '-881.00' },
          creditVersion: 3,
        },
      },
    },
  });
});

test('an invoice of two hundred lines costs the statements of one line', async () => {
  const count = async (length: number) => {
    const lines = Array.from({ length }, () => ({
      description: 'Bolt',
      quantity: 1,
      unitPrice: eur('0.10'),
    }));
    subgraph.takeStatements();
    const select = 'invoice { customer { receivable { amount } } lines { net { amount } } }';
    await write('issueInvoice', 'IssueInvoiceInput', { select, input: { customerId: ADA, lines } });
    return subgraph.takeStatements().length;
  };
  expect(await count(200)).toBe(await count(1));
});

function write(
  field: string,
  inputType: string,
  { select, input }: { readonly select: string; readonly input: object },
) {
  const query = `mutation ($input: ${inputType}!) { ${field}(input: $input) { ${select} } }`;
  return subgraph.ask(query, { as: 'finance', variables: { input } });
}
