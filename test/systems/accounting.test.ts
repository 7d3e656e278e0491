/**
 * Accounting's subgraph over real PostgreSQL, asked as the gateway asks: what its documents and its ledger say.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { ADA, ARTICLE, invoiceId, ORDER, writeBooks } from '../kit/accounting-books.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { startSubgraph, type TestSubgraph } from '../kit/start-subgraph.ts';

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

test('an invoice answers with what was printed, what came in and what it posted', async () => {
  const answer = await subgraph.ask(
    `{ invoiceByNumber(number: "R-2026-000001") {
      id number kind status customer { id receivable { amount } } order { id number } recipientName
      recipientAddress { street postalCode city country } issuedOn dueOn
      lines { position description quantity unitPrice { amount currency } taxRate net { amount } variant { id } }
      net { amount } tax { amount } total { amount currency } paid { amount } outstanding { amount }
      payments { amount { amount currency } receivedOn method reference invoice { number } journalEntry { number } }
      cancels { number } cancelledBy { number } reason createdAt
      journalEntry { number postedOn description createdAt
        lines { position account { number } debit { amount currency } credit { amount } } }
    } }`,
  );
  expect(answer).toEqual({
    data: {
      invoiceByNumber: {
        id: invoiceId(1),
        number: 'R-2026-000001',
        kind: 'INVOICE',
        status: 'PARTIALLY_PAID',
        customer: { id: ADA, receivable: { amount: '881.00' } },
        order: { id: ORDER, number: 'B-2026-000001' },
        recipientName: 'Ada King',
        recipientAddress: { street: 'Old Street 1', postalCode: 'EC1V', city: 'London', country: 'GB' },
        issuedOn: '2026-01-05',
        dueOn: '2026-02-04',
        lines: [
          {
            position: 1,
            description: 'Difference engine',
            quantity: 1,
            unitPrice: { amount: '990.00', currency: 'EUR' },
            taxRate: '0.19',
            net: { amount: '990.00' },
            variant: { id: ARTICLE },
          },
          {
            position: 2,
            description: 'Postage',
            quantity: 2,
            unitPrice: { amount: '5.00', currency: 'EUR' },
            taxRate: '0.19',
            net: { amount: '10.00' },
            variant: null,
          },
        ],
        net: { amount: '1000.00' },
        tax: { amount: '190.00' },
        total: { amount: '1190.00', currency: 'EUR' },
        paid: { amount: '190.00' },
        outstanding: { amount: '1000.00' },
        payments: [
          {
            amount: { amount: '190.00', currency: 'EUR' },
            receivedOn: '2026-01-07',
            method: 'BANK_TRANSFER',
            reference: 'R-2026-000001',
            invoice: { number: 'R-2026-000001' },
            journalEntry: { number: 'J-2026-000003' },
          },
        ],
        cancels: null,
        cancelledBy: null,
        reason: null,
        createdAt: '2026-01-05T10:00:00.123Z',
        journalEntry: {
          number: 'J-2026-000001',
          postedOn: '2026-01-05',
          description: 'Invoice R-2026-000001',
          createdAt: '2026-01-05T10:00:00.123Z',
          lines: [
            {
              position: 1,
              account: { number: '1400' },
              debit: { amount: '1190.00', currency: 'EUR' },
              credit: null,
            },
            { position: 2, account: { number: '8400' }, debit: null, credit: { amount: '1000.00' } },
            { position: 3, account: { number: '1776' }, debit: null, credit: { amount: '190.00' } },
          ],
        },
      },
    },
  });
});

test('a cancelled invoice and its credit note know of each other, and nothing is owed on either', async () => {
  const fields =
    'number kind status total { amount } paid { amount } outstanding { amount } reason lines { description }';
  const answer = await subgraph.ask(
    `{ invoice(id: "${invoiceId(2)}") { ${fields} cancels { number } cancelledBy { ${fields} cancels { number } cancelledBy { number } } } }`,
  );
  const creditNote = {
    number: 'R-2026-000003',
    kind: 'CREDIT_NOTE',
    status: 'CREDITED',
    total: { amount: '119.00' },
    paid: { amount: '0.00' },
    outstanding: { amount: '0.00' },
    reason: 'Billed twice',
    lines: [{ description: 'Crank' }],
    cancels: { number: 'R-2026-000002' },
    cancelledBy: null,
  };
  expect(answer).toEqual({
    data: {
      invoice: {
        number: 'R-2026-000002',
        kind: 'INVOICE',
        status: 'CANCELLED',
        total: { amount: '119.00' },
        paid: { amount: '119.00' },
        outstanding: { amount: '0.00' },
        reason: null,
        lines: [{ description: 'Crank' }],
        cancels: null,
        cancelledBy: creditNote,
      },
    },
  });
});

test('what does not exist is null, not an error', async () => {
  const answer = await subgraph.ask(`{
    invoice(id: "${globalIdOf('Invoice', 'no')}") { id } invoiceByNumber(number: "R-1999-000001") { id }
    payment(id: "${globalIdOf('Payment', 'no')}") { id } ledgerAccount(id: "${globalIdOf('LedgerAccount', 'no')}") { id }
    ledgerAccountByNumber(number: "9999") { id } journalEntry(id: "${globalIdOf('JournalEntry', 'no')}") { id }
  }`);
  expect(answer).toEqual({
    data: {
      invoice: null,
      invoiceByNumber: null,
      payment: null,
      ledgerAccount: null,
      ledgerAccountByNumber: null,
      journalEntry: null,
    },
  });
});

test('a balance is on the side on which its kind of account grows', async () => {
  const answer = await subgraph.ask(
    '{ ledgerAccounts { nodes { number kind balance { amount currency } } } }',
  );
  const balances = answer.data.ledgerAccounts.nodes;
  expect(balances).toEqual([
    { number: '0800', kind: 'EQUITY', balance: { amount: '0.00', currency: 'EUR' } },
    { number: '1200', kind: 'ASSET', balance: { amount: '309.00', currency: 'EUR' } },
    { number: '1400', kind: 'ASSET', balance: { amount: '931.00', currency: 'EUR' } },
    { number: '1776', kind: 'LIABILITY', balance: { amount: '190.00', currency: 'EUR' } },
    { number: '8400', kind: 'REVENUE', balance: { amount: '1050.00', currency: 'EUR' } },
  ]);
});

test.each([
  [
    'invoices',
    [3, 4],
    `customer { receivable { amount } creditAvailable { amount } invoices { totalCount nodes { number } } }
     lines { net { amount } } payments { amount { amount } } cancelledBy { number } order { invoices { number } }
     journalEntry { lines { account { balance { amount } } } }`,
  ],
  ['payments', [1, 2], 'invoice { cancelledBy { number } } journalEntry { lines { account { number } } }'],
  ['ledgerAccounts', [2, 5], 'balance { amount }'],
  ['journalEntries', [2, 6], 'lines { account { balance { amount } } }'],
] as const)(
  'the statements of %s depend on the shape of the query, never on the rows',
  async (list, sizes, shape) => {
    const counts: number[] = [];
    for (const first of sizes) {
      subgraph.takeStatements();
      const answer = await subgraph.ask(`{ ${list}(first: ${first}) { totalCount nodes { ${shape} } } }`);
      expect(answer.errors).toBeUndefined();
      counts.push(subgraph.takeStatements().length);
    }
    expect(counts[0]).toBe(counts[1]);
  },
);
