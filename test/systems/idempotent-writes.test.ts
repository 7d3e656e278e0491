/**
 * A mutation under a key takes effect once, over real PostgreSQL: at the same moment, again, with other arguments, by
 * somebody else, after a refusal, and among several fields of one request.
 */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { ADA, invoiceId, STRANGER, writeBooks } from '../kit/accounting-books.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { principalWith, startSubgraph, type Asking, type TestSubgraph } from '../kit/start-subgraph.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

let books: TestDatabase;
let subgraph: TestSubgraph;
let owner: pg.Client;
let lastKey = 0;
let key: string;

beforeAll(async () => {
  books = await freshDatabase('accounting', 'empty');
  await writeBooks(books.owner);
  subgraph = await startSubgraph(accounting, books.runtime);
  owner = new pg.Client({ connectionString: books.owner });
  await owner.connect();
});

afterAll(async () => {
  await owner?.end();
  await subgraph?.stop();
  await books?.drop();
});

afterEach(() => owner.query('rollback'));

beforeEach(() => {
  lastKey += 1;
  key = `key-${lastKey}`;
});

const issueOf = (amount: string, customerId = ADA) =>
  `issueInvoice(input: { customerId: "${customerId}", issuedOn: "2026-03-01", lines: [{ description: "Bolt", quantity: 3, unitPrice: { amount: "${amount}", currency: "EUR" } }] }) { invoice { id number createdAt total { amount } lines { description quantity } customer { id receivable { amount } } } }`;

function write(fields: string, asking: Asking = {}) {
  return subgraph.ask(`mutation { ${fields} }`, { as: 'finance', idempotencyKey: key, ...asking });
}

async function countOf(table: 'invoice' | 'journal_entry' | 'idempotency_record'): Promise<number> {
  const { rows } = await owner.query(`select count(*)::integer as count from ${table}`);
  return rows[0].count;
}

function refusal(code: ErrorCode, field: string, facts: object = {}) {
  return {
    data: { [field]: null },
    errors: [
      {
        message: ERRORS[code].says,
        locations: expect.anything(),
        path: [field],
        extensions: { code, ...facts },
      },
    ],
  };
}

// Reason for the any: what the query above selects.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const invoiceIdIn = (field: any): string => field.invoice.id;

const inUse = (field: string) => refusal('IDEMPOTENCY_KEY_IN_USE', field, { retryAfterMs: 500 });

test('asked again, it gives the same answer and takes no effect', async () => {
  const first = await write(issueOf('1.00'));
  expect(first.errors).toBeUndefined();
  const invoices = await countOf('invoice');
  expect(await write(issueOf('1.00'))).toEqual(first);
  expect(await countOf('invoice')).toBe(invoices);
});

test('what the stored answer leads to is read anew', async () => {
  const first = await write(issueOf('1.00'));
  await write(issueOf('2.00'), { idempotencyKey: `${key}-other` });
  const again = await write(issueOf('1.00'));
  const { customer, ...invoice } = first.data.issueInvoice.invoice;
  const receivable = { amount: (Number(customer.receivable.amount) + 7.14).toFixed(2) };
  expect(again).toEqual({
    data: { issueInvoice: { invoice: { ...invoice, customer: { id: ADA, receivable } } } },
  });
});

test('the same arguments in another order or by variables are the same', async () => {
  const first = await write(
    'setCreditLimit(input: { customerId: "' +
      ADA +
      '", expectedVersion: 1, creditLimit: { amount: "5", currency: "EUR" } }) { customer { id } }',
  );
  expect(first.errors).toBeUndefined();
  const input = { creditLimit: { currency: 'EUR', amount: '5' }, expectedVersion: 1, customerId: ADA };
  const again = await subgraph.ask(
    'mutation ($input: SetCreditLimitInput!) { setCreditLimit(input: $input) { customer { id } } }',
    { as: 'finance', idempotencyKey: key, variables: { input } },
  );
  expect(again).toEqual(first);
});

test('other arguments under a used key are refused, and the key still gives its answer', async () => {
  const first = await write(issueOf('1.00'));
  const invoices = await countOf('invoice');
  expect(await write(issueOf('1.01'))).toEqual(refusal('IDEMPOTENCY_KEY_REUSED', 'issueInvoice'));
  expect(await write(issueOf('1.00'))).toEqual(first);
  expect(await countOf('invoice')).toBe(invoices);
});

test('an argument that no number can hold is as wrong under a key as without one', async () => {
  const pay = `recordPayment(input: { invoiceId: "${invoiceId(1)}", method: CASH, amount: { amount: 1e999, currency: "EUR" } }) { payment { id } }`;
  const refused = refusal('BAD_USER_INPUT', 'recordPayment', {
    argument: 'input.amount.amount',
    reason: 'Not a decimal number in quotes such as "12.50".',
  });
  expect(await write(pay)).toEqual(refused);
  expect(await subgraph.ask(`mutation { ${pay} }`, { as: 'finance' })).toEqual(refused);
});

test('the same key of another principal is another key', async () => {
  const first = await write(issueOf('1.00'));
  const other = await write(issueOf('1.00'), { as: { ...principalWith('finance'), subject: 'frieda' } });
  expect(other.errors).toBeUndefined();
  expect(other.data.issueInvoice.invoice.id).not.toBe(first.data.issueInvoice.invoice.id);
});

test('who has lost the right to do it gets no stored answer either', async () => {
  await write(issueOf('1.00'));
  const answer = await write(issueOf('1.00'), { as: { ...principalWith('auditor'), subject: 'finance' } });
  expect(answer).toMatchObject({
    data: { issueInvoice: null },
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  });
});

test('a refused mutation stores nothing, so that it can be tried again under its key', async () => {
  const records = await countOf('idempotency_record');
  expect((await write(issueOf('1.00', STRANGER))).errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(await countOf('idempotency_record')).toBe(records);
  await owner.query(
    `insert into customer_account (customer_id, customer_number, name, currency, payment_term_days, dunning_level)
      values ($1, 'C-10009', 'Dora', 'EUR', 14, 0)`,
    [STRANGER],
  );
  expect((await write(issueOf('1.00', STRANGER))).errors).toBeUndefined();
});

test('what fails at the commit stores nothing and takes no effect', async () => {
  const before = [
    await countOf('invoice'),
    await countOf('journal_entry'),
    await countOf('idempotency_record'),
  ];
  await owner.query(`
    create function refuse_late() returns trigger language plpgsql as $$ begin raise exception 'too late'; end $$;
    create constraint trigger refuse_late after insert on invoice deferrable initially deferred
      for each row execute function refuse_late()`);
  expect(await write(issueOf('1.00'))).toEqual(refusal('INTERNAL', 'issueInvoice'));
  await owner.query('drop trigger refuse_late on invoice; drop function refuse_late');
  expect([
    await countOf('invoice'),
    await countOf('journal_entry'),
    await countOf('idempotency_record'),
  ]).toEqual(before);
  expect((await write(issueOf('1.00'))).errors).toBeUndefined();
});

test('two fields of one request under one key are two mutations, each in a transaction of its own', async () => {
  const both = `a: ${issueOf('1.00')} b: ${issueOf('1.00')} ${issueOf('2.00')}`;
  const invoices = await countOf('invoice');
  const first = await write(both);
  expect(first.errors).toBeUndefined();
  const ids = Object.values(first.data).map(invoiceIdIn);
  expect(new Set(ids).size).toBe(3);
  const again = await write(both);
  expect(Object.values(again.data).map(invoiceIdIn)).toEqual(ids);
  expect(await countOf('invoice')).toBe(invoices + 3);
});

test('of two fields the first stays done when the second is refused', async () => {
  const invoices = await countOf('invoice');
  const answer = await write(`a: ${issueOf('1.00')} b: ${issueOf('-1')}`);
  expect(answer.data.a.invoice.total.amount).toBe('3.57');
  expect(answer).toMatchObject({
    data: { b: null },
    errors: [{ path: ['b'], extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect(await countOf('invoice')).toBe(invoices + 1);
});

test('while the first runs, a second is told so at once; after it, it gets the answer', async () => {
  const invoices = await countOf('invoice');
  await owner.query('begin; lock table document_counter in access exclusive mode');
  const first = write(issueOf('1.00'));
  await waitsForLock();
  expect(await write(issueOf('1.00'))).toEqual(inUse('issueInvoice'));
  await owner.query('rollback');
  const answer = await first;
  expect(answer.errors).toBeUndefined();
  expect(await write(issueOf('1.00'))).toEqual(answer);
  expect(await countOf('invoice')).toBe(invoices + 1);
});

test('of twenty at the same moment one takes effect, and the others get its answer or are told to wait', async () => {
  const invoices = await countOf('invoice');
  const answers = await Promise.all(Array.from({ length: 20 }, () => write(issueOf('1.00'))));
  const done = answers.filter(({ errors }) => errors === undefined);
  const [answer] = done;
  expect(done).toEqual(done.map(() => answer));
  expect(done.length).toBeGreaterThan(0);
  const told = answers.filter(({ errors }) => errors !== undefined);
  expect(told).toEqual(told.map(() => inUse('issueInvoice')));
  expect(await countOf('invoice')).toBe(invoices + 1);
});

test('without a key nothing is asked of the keys, and nothing is stored', async () => {
  const records = await countOf('idempotency_record');
  subgraph.takeStatements();
  const { errors } = await subgraph.ask(`mutation { ${issueOf('1.00')} }`, { as: 'finance' });
  expect(errors).toBeUndefined();
  expect(subgraph.takeStatements().filter((sql) => /idempotency|advisory/.test(sql))).toEqual([]);
  expect(await countOf('idempotency_record')).toBe(records);
});

/** Until somebody waits for what the owner holds. */
async function waitsForLock(): Promise<void> {
  const isWaitedFor = async () =>
    (await owner.query('select from pg_locks where not granted')).rows.length > 0;
  if (!(await isTrueWithin(isWaitedFor, PATIENCE_MS))) throw new Error('nobody waits');
}
