/**
 * Accounting with several clients at once: numbers have no gaps, nothing is paid or cancelled twice, and documents and
 * ledger agree afterwards.
 */

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';

import { adoptCancelledOrder } from '../../subgraphs/accounting/connector/adopt-order.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { openDatabase } from '../../subgraphs/kit/database.ts';
import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { accountId, ADA, BEN, invoiceId, writeBooks } from '../kit/accounting-books.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import { runAs } from '../kit/small-shop.ts';
import { startSubgraph, type Answer, type TestSubgraph } from '../kit/start-subgraph.ts';

let database: TestDatabase;
let subgraph: TestSubgraph;
let runtime: pg.Client;

beforeEach(async () => {
  database = await freshDatabase('accounting', 'empty');
  await writeBooks(database.owner);
  subgraph = await startSubgraph(accounting, database.runtime);
  runtime = new pg.Client({ connectionString: database.runtime });
  await runtime.connect();
});

afterEach(async () => {
  await runtime?.end();
  await subgraph?.stop();
  await database?.drop();
});

test('thirty invoices at once take thirty numbers without a gap, also where some fail', async () => {
  const issue = (count: number) => {
    // Every fifth is refused by the database after it took its numbers.
    const customerId = count % 5 === 0 ? BEN : ADA;
    return write(
      `issueInvoice(input: { customerId: "${customerId}", issuedOn: "2026-03-01", lines: [{ description: "Bolt", quantity: 1, unitPrice: { amount: "1.00", currency: "EUR" } }] }) { invoice { number } }`,
    );
  };
  await refuseInvoicesOf(BEN);
  const answers = await Promise.all(Array.from({ length: 30 }, (_, count) => issue(count)));
  const issued = answers.filter(({ errors }) => errors === undefined);
  expect(codesOf(answers)).toEqual(Array(6).fill('INTERNAL'));
  const numbers = issued.map(({ data }) => data.issueInvoice.invoice.number).toSorted();
  expect(numbers).toEqual(
    Array.from({ length: 24 }, (_, index) => `R-2026-${String(index + 5).padStart(6, '0')}`),
  );
  expect(await rowsOf('select * from document_counter order by kind')).toEqual([
    { kind: 'INVOICE', year: 2026, last: 28 },
    { kind: 'JOURNAL', year: 2026, last: 30 },
  ]);
  expect(await receivablesByInvoices()).toEqual(await receivablesByLedger());
});

test('ten payments at once never come to more than is outstanding', async () => {
  const pay = `recordPayment(input: { invoiceId: "${invoiceId(1)}", amount: { amount: "300", currency: "EUR" } }) { payment { id } }`;
  const answers = await Promise.all(Array.from({ length: 10 }, () => write(pay)));
  expect(codesOf(answers)).toEqual(Array(7).fill('STATE_CONFLICT'));
  expect(await rowsOf(`select paid_minor from invoice where id = '${invoiceId(1)}'`)).toEqual([
    { paid_minor: '109000' },
  ]);
  expect(await rowsOf(`select sum(amount_minor) from payment where invoice_id = '${invoiceId(1)}'`)).toEqual([
    { sum: '109000' },
  ]);
  expect(await receivablesByInvoices()).toEqual(await receivablesByLedger());
});

test('two who cancel one invoice make one credit note', async () => {
  const cancel = `cancelInvoice(input: { invoiceId: "${invoiceId(1)}", reason: "Twice" }) { creditNote { total { amount } } }`;
  const answers = await Promise.all([write(cancel), write(cancel)]);
  expect(codesOf(answers)).toEqual(['STATE_CONFLICT']);
  expect(await rowsOf(`select count(*) from invoice where cancels_id = '${invoiceId(1)}'`)).toEqual([
    { count: '1' },
  ]);
  expect(await receivablesByInvoices()).toEqual(await receivablesByLedger());
});

test('payments and cancellations of many invoices at once leave books that agree', async () => {
  const pay = (count: number) =>
    write(
      `recordPayment(input: { invoiceId: "${invoiceId(count)}", amount: { amount: "10", currency: "EUR" } }) { payment { id } }`,
    );
  const cancel = (count: number) =>
    write(`cancelInvoice(input: { invoiceId: "${invoiceId(count)}", reason: "Race" }) { creditNote { id } }`);
  const answers = await Promise.all([1, 4, 1, 4].flatMap((count) => [pay(count), cancel(count), pay(count)]));
  // Each invoice is cancelled once; who came later is told so, and nobody waits for another for ever.
  expect(new Set(codesOf(answers))).toEqual(new Set(['STATE_CONFLICT']));
  expect(await rowsOf('select count(*) from invoice where is_cancelled')).toEqual([{ count: '3' }]);
  expect(await receivablesByInvoices()).toEqual(await receivablesByLedger());
  expect(await rowsOf(PAID_UNLIKE_PAYMENTS)).toEqual([]);
});

test('who pays an invoice of an order and who hears that the order is cancelled do not lock each other out', async () => {
  const issue = `issueInvoice(input: { customerId: "${ADA}", orderId: "${PARTLY_BILLED}", orderNumber: "B-1", issuedOn: "2026-03-01", lines: [{ description: "Bolt", quantity: 1, unitPrice: { amount: "1.00", currency: "EUR" } }] }) { invoice { id } }`;
  const ids = [await write(issue), await write(issue)].map(({ data }) => data.issueInvoice.invoice.id);
  const [, last] = ids.toSorted();
  const pay = `recordPayment(input: { invoiceId: "${last}", amount: { amount: "1.00", currency: "EUR" } }) { payment { id } }`;
  const adopter = openDatabase({ url: database.runtime, applicationName: 'test' });
  await runtime.query(`begin; update document_counter set last = last + 1 where kind = 'JOURNAL'`);
  const adopting = adopter
    .transaction()
    .execute((transaction) => adoptCancelledOrder(transaction, PARTLY_BILLED, CANCELLED));
  expect(await isTrueWithin(async () => (await waiting()) === 1, PATIENCE_MS)).toBe(true);
  const paying = write(pay);
  expect(await isTrueWithin(async () => (await waiting()) === 2, PATIENCE_MS)).toBe(true);
  await runtime.query('rollback');
  await adopting;
  expect(codesOf([await paying])).toEqual(['STATE_CONFLICT']);
  await adopter.destroy();
  expect(await rowsOf(`select status from invoice where id in ('${ids.join(`', '`)}')`)).toEqual([
    { status: 'CANCELLED' },
    { status: 'CANCELLED' },
  ]);
  expect(await receivablesByInvoices()).toEqual(await receivablesByLedger());
});

test('an order that is cancelled while somebody bills it is not billed in the end, and by nobody afterwards', async () => {
  const orderId = globalIdOf('Order', 'billed while it is cancelled');
  const issue = `issueInvoice(input: { customerId: "${ADA}", orderId: "${orderId}", orderNumber: "B-2", issuedOn: "2026-03-01", lines: [{ description: "Bolt", quantity: 1, unitPrice: { amount: "1.00", currency: "EUR" } }] }) { invoice { id } }`;
  const adopter = openDatabase({ url: database.runtime, applicationName: 'test' });
  await runtime.query(`begin; update document_counter set last = last + 1 where kind = 'JOURNAL'`);
  const issuing = write(issue);
  expect(await isTrueWithin(async () => (await waiting()) === 1, PATIENCE_MS)).toBe(true);
  const adopting = adopter
    .transaction()
    .execute((transaction) => adoptCancelledOrder(transaction, orderId, CANCELLED));
  expect(await isTrueWithin(async () => (await waiting()) === 2, PATIENCE_MS)).toBe(true);
  await runtime.query('rollback');
  expect(codesOf([await issuing])).toEqual([]);
  await adopting;
  await adopter.destroy();
  expect(codesOf([await write(issue)])).toEqual(['STATE_CONFLICT']);
  expect(
    await rowsOf(`select status from invoice where order_id = '${orderId}' and kind = 'INVOICE'`),
  ).toEqual([{ status: 'CANCELLED' }]);
  expect(await receivablesByInvoices()).toEqual(await receivablesByLedger());
});

test('two who set one limit on the same version do not overwrite each other', async () => {
  const set = (amount: number) =>
    write(
      `setCreditLimit(input: { customerId: "${ADA}", creditLimit: { amount: "${amount}", currency: "EUR" }, expectedVersion: 1 }) { customer { creditVersion } }`,
    );
  expect(codesOf(await Promise.all([set(1), set(2)]))).toEqual(['VERSION_CONFLICT']);
});

test.each(['40001', '40P01'])(
  'what PostgreSQL undoes as %s for the sake of another is done again',
  async (code) => {
    await undoPayments(code, 2);
    const answer = await write(PAY_TEN);
    expect(answer).toEqual({ data: { recordPayment: { payment: { amount: { amount: '10.00' } } } } });
    expect(await rowsOf(`select amount_minor from payment where amount_minor = 1000`)).toEqual([
      { amount_minor: '1000' },
    ]);
    expect(await receivablesByInvoices()).toEqual(await receivablesByLedger());
  },
);

test('what is undone again and again is given up, and nothing of it stays', async () => {
  await undoPayments('40P01', 3);
  expect(codesOf([await write(PAY_TEN)])).toEqual(['INTERNAL']);
  expect(await rowsOf(`select from payment where amount_minor = 1000`)).toEqual([]);
});

const PAY_TEN = `recordPayment(input: { invoiceId: "${invoiceId(1)}", amount: { amount: "10", currency: "EUR" } }) { payment { amount { amount } } }`;

const PAID_UNLIKE_PAYMENTS = `
  select number from invoice left join payment on payment.invoice_id = invoice.id
  group by invoice.id having paid_minor <> coalesce(sum(amount_minor), 0)`;

const PARTLY_BILLED = globalIdOf('Order', 'billed in two parts');

const CANCELLED = {
  number: 'B-1',
  customerId: ADA,
  status: 'CANCELLED',
  placedAt: '2026-03-01T10:00:00.000Z',
  total: { amount: '2.00', currency: 'EUR' },
  lines: [],
  cancellationReason: 'Ordered twice',
};

/** How many statements of the runtime role wait for somebody else's lock; within a transaction the answer never changes. */
async function waiting(): Promise<unknown> {
  const [row] = await runAs(
    database.runtime,
    `select count(*)::integer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return row?.['count'];
}

function write(field: string): Promise<Answer> {
  return subgraph.ask(`mutation { ${field} }`, { as: 'finance' });
}

function codesOf(answers: readonly Answer[]): readonly string[] {
  return answers.flatMap(({ errors = [] }) => errors.map((error) => error.extensions.code));
}

async function rowsOf(query: string): Promise<readonly unknown[]> {
  return (await runtime.query(query)).rows;
}

/** A fault that strikes at the end of the transaction, when the numbers are long taken. */
async function refuseInvoicesOf(customerId: string): Promise<void> {
  const owner = new pg.Client({ connectionString: database.owner });
  await owner.connect();
  await owner.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
    create constraint trigger refuse_invoice after insert on invoice deferrable initially deferred
      for each row when (new.customer_id = '${customerId}') execute function refuse();`);
  await owner.end();
}

/** The first ones, at the end of their transactions. A sequence counts them, because it is not rolled back. */
async function undoPayments(code: string, times: number): Promise<void> {
  await runAs(
    database.owner,
    `create sequence payments_tried;
     create function undo() returns trigger language plpgsql security definer as $$ begin
       if nextval('payments_tried') <= ${times} then raise 'undone' using errcode = '${code}'; end if;
       return null;
     end $$;
     create constraint trigger undo_payment after insert on payment deferrable initially deferred
       for each row execute function undo();`,
  );
}

async function receivablesByInvoices(): Promise<unknown> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Customer { id receivable { amount } } } }`;
  const representations = [ADA, BEN].map((id) => ({ __typename: 'Customer', id }));
  return (await subgraph.ask(query, { variables: { representations } })).data._entities;
}

async function receivablesByLedger(): Promise<unknown> {
  const balances = await runtime.query(`
    select customer_id as id, round(sum(debit_minor - credit_minor) / 100.0, 2)::text as amount
    from journal_line where account_id = '${accountId('1400')}' group by customer_id`);
  const byCustomer = new Map(balances.rows.map(({ id, amount }) => [id, amount]));
  return [ADA, BEN].map((id) => ({ id, receivable: { amount: byCustomer.get(id) } }));
}
