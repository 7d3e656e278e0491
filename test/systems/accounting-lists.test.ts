/**
 * Accounting's lists: in order, page by page, narrowed, and every kind of bad argument refused by its name.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';

import { accountId, ADA, BEN, invoiceId, ORDER, writeBooks } from '../kit/accounting-books.ts';
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

test.each(['ISSUED_ON', 'DUE_ON', 'NUMBER', 'TOTAL'])(
  'pages of invoices by %s follow one another without gap or repetition',
  async (field) => {
    for (const direction of ['ASC', 'DESC']) {
      const orderBy = `orderBy: { field: ${field}, direction: ${direction} }`;
      const whole = await numbersOf('invoices', `first: 100, ${orderBy}`);
      expect(await numbersByPages('invoices', orderBy)).toEqual(whole);
      expect(whole).toHaveLength(4);
    }
  },
);

test('payments, accounts and entries come page by page in their order', async () => {
  expect(await numbersByPages('ledgerAccounts')).toEqual(['0800', '1200', '1400', '1776', '8400']);
  const entries = await numbersByPages('journalEntries');
  expect(entries.toSorted()).toEqual([1, 2, 3, 4, 5, 6].map((count) => `J-2026-00000${count}`));
  // Two entries of one day have no order of their own that a reader could expect.
  expect(entries.filter((number) => !/[34]$/.test(number))).toEqual(
    [6, 5, 2, 1].map((count) => `J-2026-00000${count}`),
  );
  const days = await subgraph.ask('{ payments { totalCount nodes { amount { amount } } } }');
  expect(days.data.payments.totalCount).toBe(2);
  expect(days.data.payments.nodes.map((node: Node) => node.amount.amount).toSorted()).toEqual([
    '119.00',
    '190.00',
  ]);
});

test.each([
  ['invoices', 'filter: { kind: CREDIT_NOTE }', ['R-2026-000003']],
  ['invoices', 'filter: { status: OPEN }', ['R-2026-000004']],
  ['invoices', `filter: { customerId: "${BEN}" }`, ['R-2026-000004']],
  ['invoices', `filter: { orderId: "${ORDER}", kind: INVOICE }`, ['R-2026-000002', 'R-2026-000001']],
  [
    'invoices',
    'filter: { issuedFrom: "2026-01-06", issuedTo: "2026-01-08" }',
    ['R-2026-000003', 'R-2026-000002'],
  ],
  ['invoices', 'filter: { dueBefore: "2026-02-04" }', ['R-2026-000004', 'R-2026-000003']],
  ['invoices', 'search: "000002"', ['R-2026-000002']],
  ['invoices', 'search: "BEN"', ['R-2026-000004']],
  ['invoices', 'search: "0%"', ['R-2026-000004']],
  ['ledgerAccounts', 'kind: ASSET', ['1200', '1400']],
  [
    'journalEntries',
    `filter: { accountId: "${accountId('1776')}", postedTo: "2026-01-07" }`,
    ['J-2026-000002', 'J-2026-000001'],
  ],
  ['journalEntries', 'filter: { postedFrom: "2026-01-08" }', ['J-2026-000006', 'J-2026-000005']],
])('%s narrowed by %s', async (list, given, numbers) => {
  expect(await numbersOf(list, given)).toEqual(numbers);
  const counted = await subgraph.ask(`{ ${list}(${given}) { totalCount } }`);
  expect(counted).toEqual({ data: { [list]: { totalCount: numbers.length } } });
});

test.each([
  [`filter: { invoiceId: "${invoiceId(2)}" }`, ['CARD']],
  ['filter: { method: BANK_TRANSFER }', ['BANK_TRANSFER']],
  ['filter: { receivedFrom: "2026-01-08" }', []],
  ['filter: { receivedTo: "2026-01-06" }', []],
])('payments narrowed by %s', async (given, methods) => {
  const answer = await subgraph.ask(`{ payments(${given}) { nodes { method } totalCount } }`);
  expect(answer).toEqual({
    data: { payments: { nodes: methods.map((method) => ({ method })), totalCount: methods.length } },
  });
});

test.each([
  ['a page of no rows', 'invoices(first: 0) { totalCount }', 'first'],
  ['a page that is too large', 'payments(first: 101) { totalCount }', 'first'],
  ['a cursor that was made up', 'ledgerAccounts(after: "abc") { totalCount }', 'after'],
  [
    'a cursor of another list',
    `journalEntries(after: "${cursor('payments/RECEIVED_ON')}") { totalCount }`,
    'after',
  ],
  [
    'a cursor with a forged value',
    `payments(after: "${cursor('payments/RECEIVED_ON')}") { totalCount }`,
    'after',
  ],
  ['an id of another type', `invoice(id: "${ADA}") { id }`, 'id'],
  ['an id that was made up', 'payment(id: "1") { id }', 'id'],
  ['an id of no account', 'ledgerAccount(id: "1200") { id }', 'id'],
  ['an id of no entry', 'journalEntry(id: "") { id }', 'id'],
  ['a malformed invoice number', 'invoiceByNumber(number: "2026-1") { id }', 'number'],
  ['a malformed account number', 'ledgerAccountByNumber(number: "bank") { id }', 'number'],
  [
    'a day that does not exist',
    'invoices(filter: { issuedFrom: "2026-02-30" }) { totalCount }',
    'filter.issuedFrom',
  ],
  ['a day in the year 0', 'invoices(filter: { issuedTo: "0000-01-01" }) { totalCount }', 'filter.issuedTo'],
  ['a malformed due day', 'invoices(filter: { dueBefore: "soon" }) { totalCount }', 'filter.dueBefore'],
  [
    'a customer that is none',
    'invoices(filter: { customerId: "C-10001" }) { totalCount }',
    'filter.customerId',
  ],
  ['an order that is none', 'invoices(filter: { orderId: "1" }) { totalCount }', 'filter.orderId'],
  ['an invoice that is none', 'payments(filter: { invoiceId: "1" }) { totalCount }', 'filter.invoiceId'],
  [
    'a malformed day of receipt',
    'payments(filter: { receivedFrom: "1.1.2026" }) { totalCount }',
    'filter.receivedFrom',
  ],
  [
    'an account that is none',
    'journalEntries(filter: { accountId: "1200" }) { totalCount }',
    'filter.accountId',
  ],
  ['an empty search', 'invoices(search: " ") { totalCount }', 'search'],
])('%s is refused by name', async (_what, selection, argument) => {
  const field = selection.slice(0, selection.indexOf('('));
  expect(await subgraph.ask(`{ ${selection} }`)).toEqual({
    data: { [field]: null },
    errors: [
      {
        message: ERRORS.BAD_USER_INPUT.says,
        locations: expect.any(Array),
        path: [field],
        extensions: { code: 'BAD_USER_INPUT', argument, reason: expect.any(String) },
      },
    ],
  });
});

interface Node {
  readonly number: string;
  readonly amount: { readonly amount: string };
}

interface Numbered {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

async function numbersOf(list: string, given: string): Promise<readonly string[]> {
  const answer = await subgraph.ask(`{ ${list}(${given}) { nodes { number } } }`);
  return answer.data[list].nodes.map((node: Node) => node.number);
}

async function numbersByPages(list: string, given = ''): Promise<readonly string[]> {
  const numbers: string[] = [];
  const query = `query ($after: String) { ${list}(first: 2, after: $after, ${given}) { nodes { number } pageInfo { hasNextPage endCursor } } }`;
  let after: string | null = null;
  do {
    const page: Numbered = (await subgraph.ask(query, { variables: { after } })).data[list];
    numbers.push(...page.nodes.map((node) => node.number));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return numbers;
}

/** Hoisted, because the tables of cases above are made before anything runs. */
function cursor(order: string): string {
  return Buffer.from(JSON.stringify([order, 'never', 'b'])).toString('base64url');
}
