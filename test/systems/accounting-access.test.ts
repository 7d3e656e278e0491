/**
 * Who may see what of accounting: customers what they were sent, colleagues what their work needs.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { ADA, BEN, invoiceId, paymentId, writeBooks } from '../kit/accounting-books.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { principalWith, startSubgraph, type TestSubgraph } from '../kit/start-subgraph.ts';

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

test('a customer finds what they were sent, and another’s as little as what does not exist', async () => {
  const ada = { as: principalWith('customer', ADA) };
  const mine = `{ invoice(id: "${invoiceId(1)}") { number total { amount } payments { amount { amount } } order { number } }
    invoiceByNumber(number: "R-2026-000003") { cancels { number } } payment(id: "${paymentId(1)}") { invoice { number } } }`;
  expect(await subgraph.ask(mine, ada)).toEqual({
    data: {
      invoice: {
        number: 'R-2026-000001',
        total: { amount: '1190.00' },
        payments: [{ amount: { amount: '190.00' } }],
        order: { number: 'B-2026-000001' },
      },
      invoiceByNumber: { cancels: { number: 'R-2026-000002' } },
      payment: { invoice: { number: 'R-2026-000001' } },
    },
  });
  const others = `{ invoice(id: "${invoiceId(4)}") { id } invoiceByNumber(number: "R-2026-000004") { id } }`;
  expect(await subgraph.ask(others, ada)).toEqual({ data: { invoice: null, invoiceByNumber: null } });
  const bens = { as: principalWith('customer', BEN) };
  expect(await subgraph.ask(`{ payment(id: "${paymentId(1)}") { id } }`, bens)).toEqual({
    data: { payment: null },
  });
});

test.each([
  ['customer', 'invoices { totalCount }', 'Query.invoices', 'holds invoices:read'],
  [
    'customer',
    'ledgerAccountByNumber(number: "1200") { name }',
    'Query.ledgerAccountByNumber',
    'holds ledger:read',
  ],
  [
    'warehouse',
    `invoice(id: "${invoiceId(1)}") { id }`,
    'Query.invoice',
    'holds invoices:read or sees their own',
  ],
  ['sales', 'journalEntries { totalCount }', 'Query.journalEntries', 'holds ledger:read'],
  ['nobody', 'payments { totalCount }', 'Query.payments', 'holds invoices:read'],
] as const)('to %s, %s is refused with its rule', async (role, selection, field, rule) => {
  const as = role === 'customer' ? principalWith('customer', ADA) : role;
  const name = field.slice('Query.'.length);
  expect(await subgraph.ask(`{ ${selection} }`, { as })).toEqual({
    data: { [name]: null },
    errors: [forbidden([name], field, rule)],
  });
});

test('who may not read the ledger loses the entry of an invoice, not the invoice', async () => {
  const answer = await subgraph.ask(`{ invoice(id: "${invoiceId(1)}") { number journalEntry { number } } }`, {
    as: 'sales',
  });
  expect(answer).toEqual({
    data: { invoice: { number: 'R-2026-000001', journalEntry: null } },
    errors: [forbidden(['invoice', 'journalEntry'], 'Invoice.journalEntry', 'holds ledger:read')],
  });
});

function forbidden(path: readonly string[], field: string, rule: string) {
  return {
    message: ERRORS.FORBIDDEN.says,
    locations: expect.any(Array),
    path,
    extensions: { code: 'FORBIDDEN', reason: expect.any(String), details: { field, rule } },
  };
}
