/**
 * What accounting's database refuses whatever the program does: an entry that does not balance, a change to what is
 * posted, a deletion. And the reference company's own books, which must agree with themselves.
 */

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';

import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { accountId, entryId, invoiceId, writeBooks } from '../kit/accounting-books.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { runAs } from '../kit/small-shop.ts';
import { startSubgraph } from '../kit/start-subgraph.ts';

let database: TestDatabase;
let runtime: pg.Client;

beforeAll(async () => {
  database = await freshDatabase('accounting', 'empty');
  await writeBooks(database.owner);
  runtime = new pg.Client({ connectionString: database.runtime });
  await runtime.connect();
});

afterEach(() => runtime.query('rollback'));

afterAll(async () => {
  await runtime?.end();
  await database?.drop();
});

test.each([
  [
    'an entry that does not balance',
    entryOf([
      ['1200', 100, 0],
      ['8400', 0, 99],
    ]),
    'entry_balances',
  ],
  ['an entry without lines', entryOf([]), 'entry_balances'],
  ['a line added to a posted entry', lineOf(entryId(1), 9, ['1200', 5, 0]), 'no_late_line'],
  [
    'a balanced pair added to a posted entry',
    `${lineOf(entryId(1), 9, ['1200', 5, 0])}; ${lineOf(entryId(1), 10, ['8400', 0, 5])}`,
    'no_late_line',
  ],
  [
    'a line added to an issued invoice, even after touching it',
    `update invoice set paid_minor = paid_minor where id = '${invoiceId(1)}';
     insert into invoice_line (invoice_id, position, description, quantity, unit_price_minor, tax_rate, net_minor)
     values ('${invoiceId(1)}', 99, 'Late', 1, 5, 0, 5)`,
    'no_late_line',
  ],
  [
    'money that came in taken back',
    `update invoice set paid_minor = paid_minor + 1 where id = '${invoiceId(1)}';
     update invoice set paid_minor = paid_minor - 1 where id = '${invoiceId(1)}'`,
    'only_forward',
  ],
  [
    'a number given out a second time',
    `insert into document_counter (kind, year, last) values ('JOURNAL', 1999, 5);
     update document_counter set last = 4 where year = 1999`,
    'only_forward',
  ],
  [
    'a line with two sides',
    entryOf([
      ['1200', 5, 5],
      ['8400', 5, 5],
    ]),
    'one_side',
  ],
  [
    'a payment beyond the total',
    `update invoice set paid_minor = 999999 where id = '${invoiceId(1)}'`,
    'paid_within_total',
  ],
  [
    'a credit note that is paid',
    `update invoice set paid_minor = 1 where id = '${invoiceId(3)}'`,
    'credit_note_is_never_paid',
  ],
  [
    'a limit below zero',
    'update customer_account set credit_limit_minor = -1',
    'customer_account_credit_limit_minor_check',
  ],
])('the database refuses %s', async (_what, statements, constraint) => {
  await expect(runtime.query(`begin; ${statements}; commit;`)).rejects.toMatchObject({
    code: '23514',
    constraint,
  });
});

test.each([
  'update journal_line set debit_minor = 1 where debit_minor > 0',
  'delete from journal_line',
  'update journal_entry set description = null',
  'update invoice set total_minor = 1',
  "update invoice set recipient_name = 'x'",
  'delete from invoice',
  'delete from payment',
  'update payment set amount_minor = 1',
  'update customer_account set payment_term_days = 0',
  'insert into ledger_account select * from ledger_account',
  'delete from document_counter',
  'truncate journal_line',
  'alter table invoice disable trigger all',
  'drop table payment',
])('the runtime role may not %s', async (statement) => {
  await expect(runtime.query(statement)).rejects.toMatchObject({ code: '42501' });
});

test.each([
  ['what was agreed with a customer', 'select credit_limit_minor from customer_account'],
  ['an invoice', 'select id from invoice'],
  ['the books', 'select entry_id from journal_line'],
])('the worker’s role may not read %s', async (_what, statement) => {
  await expect(runAs(database.worker, statement)).rejects.toMatchObject({ code: '42501' });
});

test('in the reference company every customer’s receivable is what the ledger says', async () => {
  const company = await freshDatabase('accounting', 'small');
  const subgraph = await startSubgraph(accounting, company.runtime);
  const client = new pg.Client({ connectionString: company.runtime });
  await client.connect();
  const { rows } = await client.query(LEDGER_RECEIVABLES);
  const answer = await subgraph.ask(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Customer { id receivable { amount currency } } } }`,
    { variables: { representations: rows.map(({ id }) => ({ __typename: 'Customer', id })) } },
  );
  await client.end();
  await subgraph.stop();
  await company.drop();
  expect(rows.length).toBeGreaterThan(10);
  expect(answer).toEqual({
    data: {
      _entities: rows.map(({ id, amount, currency }) => ({ id, receivable: { amount, currency } })),
    },
  });
});

const LEDGER_RECEIVABLES = `
  select customer_account.customer_id as id, customer_account.currency,
    round(coalesce(sum(debit_minor - credit_minor), 0) / 100.0, 2)::text as amount
  from customer_account left join journal_line on journal_line.customer_id = customer_account.customer_id
  group by customer_account.customer_id`;

type Line = readonly [account: string, debitMinor: number, creditMinor: number];

/** Hoisted, because the table of cases above is made before anything runs. */
function entryOf(lines: readonly Line[]): string {
  const id = entryId(9);
  const statements = lines.map((line, index) => lineOf(id, index + 1, line));
  return [
    `insert into journal_entry values ('${id}', 'J-1', '2026-01-01', 'Test', now())`,
    ...statements,
  ].join(';');
}

function lineOf(id: string, position: number, [account, debitMinor, creditMinor]: Line): string {
  return `insert into journal_line (entry_id, position, account_id, debit_minor, credit_minor)
    values ('${id}', ${position}, '${accountId(account)}', ${debitMinor}, ${creditMinor})`;
}
