/**
 * What accounting's mutations refuse: mistakes by the name of the argument, conflicts by their code, and whoever does
 * not keep the books. None of it leaves a trace.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { ADA, BEN, CARLA, invoiceId, ORDER, STRANGER, writeBooks } from '../kit/accounting-books.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { principalWith, startSubgraph, type Asking, type TestSubgraph } from '../kit/start-subgraph.ts';

const MUTATIONS = {
  issueInvoice: ['IssueInvoiceInput', 'invoice { id }'],
  recordPayment: ['RecordPaymentInput', 'payment { id }'],
  cancelInvoice: ['CancelInvoiceInput', 'creditNote { id }'],
  setCreditLimit: ['SetCreditLimitInput', 'customer { id }'],
} as const;

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const ITEM = { description: 'Engine', quantity: 1, unitPrice: eur('10.00') };
const issueOf = (...lines: readonly object[]) => ({ customerId: ADA, lines });
const PAYMENT = { invoiceId: invoiceId(1), amount: eur('1.00') };
const LIMIT = { customerId: ADA, creditLimit: eur('1.00'), expectedVersion: 1 };
const UNKNOWN_INVOICE = globalIdOf('Invoice', 'no');

let database: TestDatabase;
let subgraph: TestSubgraph;
let untouched: unknown;

beforeAll(async () => {
  database = await freshDatabase('accounting', 'empty');
  await writeBooks(database.owner);
  subgraph = await startSubgraph(accounting, database.runtime);
  untouched = await everyCount();
});

afterAll(async () => {
  const now = await everyCount();
  await subgraph?.stop();
  await database?.drop();
  expect(now).toEqual(untouched);
});

test.each([
  ['issueInvoice', { ...issueOf(ITEM), customerId: 'C-10001' }, 'customerId'],
  ['issueInvoice', { ...issueOf(ITEM), customerId: STRANGER }, 'customerId'],
  ['issueInvoice', issueOf(), 'lines'],
  ['issueInvoice', issueOf(...Array.from({ length: 201 }, () => ITEM)), 'lines'],
  ['issueInvoice', issueOf({ ...ITEM, unitPrice: eur('0') }), 'lines'],
  ['issueInvoice', issueOf({ ...ITEM, quantity: 1_000_000, unitPrice: eur('9999999999999') }), 'lines'],
  ['issueInvoice', issueOf(ITEM, { ...ITEM, quantity: 0 }), 'lines.1.quantity'],
  ['issueInvoice', issueOf({ ...ITEM, quantity: 1_000_001 }), 'lines.0.quantity'],
  ['issueInvoice', issueOf({ ...ITEM, description: ' ' }), 'lines.0.description'],
  ['issueInvoice', issueOf({ ...ITEM, unitPrice: eur('-0.01') }), 'lines.0.unitPrice.amount'],
  ['issueInvoice', issueOf(ITEM, { ...ITEM, unitPrice: eur('1.005') }), 'lines.1.unitPrice.amount'],
  ['issueInvoice', issueOf({ ...ITEM, unitPrice: eur('1e3') }), 'lines.0.unitPrice.amount'],
  [
    'issueInvoice',
    issueOf({ ...ITEM, unitPrice: { amount: 10, currency: 'EUR' } }),
    'lines.0.unitPrice.amount',
  ],
  [
    'issueInvoice',
    issueOf({ ...ITEM, unitPrice: { amount: '1', currency: 978 } }),
    'lines.0.unitPrice.currency',
  ],
  ['issueInvoice', issueOf({ ...ITEM, taxRate: 0.19 }), 'lines.0.taxRate'],
  ['issueInvoice', { ...issueOf(ITEM), issuedOn: 20260301 }, 'issuedOn'],
  ['issueInvoice', { ...issueOf(ITEM), issuedOn: '1999-12-31' }, 'issuedOn'],
  ['recordPayment', { ...PAYMENT, receivedOn: '0001-01-01' }, 'receivedOn'],
  [
    'issueInvoice',
    issueOf({ ...ITEM, unitPrice: { amount: '1', currency: 'DM' } }),
    'lines.0.unitPrice.currency',
  ],
  [
    'issueInvoice',
    issueOf({ ...ITEM, unitPrice: { amount: '1', currency: 'CHF' } }),
    'lines.0.unitPrice.currency',
  ],
  [
    'issueInvoice',
    issueOf(ITEM, { ...ITEM, unitPrice: { amount: '1', currency: 'CHF' } }),
    'lines.1.unitPrice.currency',
  ],
  ['issueInvoice', issueOf({ ...ITEM, taxRate: '19' }), 'lines.0.taxRate'],
  ['issueInvoice', issueOf({ ...ITEM, taxRate: '0.12345' }), 'lines.0.taxRate'],
  ['issueInvoice', issueOf({ ...ITEM, taxRate: '-0.1' }), 'lines.0.taxRate'],
  ['issueInvoice', issueOf({ ...ITEM, variantId: ADA }), 'lines.0.variantId'],
  ['issueInvoice', { ...issueOf(ITEM), orderId: 'B-1', orderNumber: 'B-1' }, 'orderId'],
  ['issueInvoice', { ...issueOf(ITEM), orderId: ORDER }, 'orderNumber'],
  ['issueInvoice', { ...issueOf(ITEM), orderNumber: 'B-2026-000001' }, 'orderNumber'],
  ['issueInvoice', { ...issueOf(ITEM), issuedOn: '2026-02-29' }, 'issuedOn'],
  ['issueInvoice', { ...issueOf(ITEM), issuedOn: '9999-12-31' }, 'issuedOn'],
  ['recordPayment', { ...PAYMENT, invoiceId: 'R-2026-000001' }, 'invoiceId'],
  ['recordPayment', { ...PAYMENT, amount: eur('0.00') }, 'amount.amount'],
  ['recordPayment', { ...PAYMENT, amount: eur('-1') }, 'amount.amount'],
  ['recordPayment', { ...PAYMENT, amount: eur('one') }, 'amount.amount'],
  ['recordPayment', { ...PAYMENT, amount: { amount: '1', currency: 'CHF' } }, 'amount.currency'],
  ['recordPayment', { ...PAYMENT, receivedOn: '9999-12-31' }, 'receivedOn'],
  ['recordPayment', { ...PAYMENT, receivedOn: 'today' }, 'receivedOn'],
  ['recordPayment', { ...PAYMENT, reference: 'a\u0000b' }, 'reference'],
  ['cancelInvoice', { invoiceId: ADA, reason: 'No' }, 'invoiceId'],
  ['cancelInvoice', { invoiceId: invoiceId(1), reason: '' }, 'reason'],
  ['setCreditLimit', { ...LIMIT, customerId: '' }, 'customerId'],
  ['setCreditLimit', { ...LIMIT, creditLimit: eur('-1') }, 'creditLimit.amount'],
  ['setCreditLimit', { ...LIMIT, creditLimit: { amount: '1', currency: 'CHF' } }, 'creditLimit.currency'],
  ['setCreditLimit', { ...LIMIT, expectedVersion: 0 }, 'expectedVersion'],
] as const)('%s with %j names %s', async (field, input, argument) => {
  expect(await write(field, input)).toEqual(
    refusal('BAD_USER_INPUT', field, { argument: `input.${argument}`, reason: expect.any(String) }),
  );
});

test.each([
  ['a payment for no invoice', 'recordPayment', { ...PAYMENT, invoiceId: UNKNOWN_INVOICE }],
  ['a cancellation of no invoice', 'cancelInvoice', { invoiceId: UNKNOWN_INVOICE, reason: 'No' }],
] as const)('%s is not found', async (_what, field, input) => {
  expect(await write(field, input)).toEqual(refusal('NOT_FOUND', field, { argument: 'input.invoiceId' }));
});

test('a limit for a customer that accounting has never met is not found', async () => {
  expect(await write('setCreditLimit', { ...LIMIT, customerId: STRANGER })).toEqual(
    refusal('NOT_FOUND', 'setCreditLimit', { argument: 'input.customerId' }),
  );
});

test('a limit that was read too early is a conflict that tells the version', async () => {
  expect(await write('setCreditLimit', { ...LIMIT, expectedVersion: 2 })).toEqual(
    refusal('VERSION_CONFLICT', 'setCreditLimit', {
      argument: 'input.expectedVersion',
      details: { version: 1 },
    }),
  );
});

test('more than is outstanding is a conflict that tells what is', async () => {
  expect(await write('recordPayment', { ...PAYMENT, amount: eur('1000.01') })).toEqual(
    refusal('STATE_CONFLICT', 'recordPayment', {
      argument: 'input.amount',
      reason: expect.any(String),
      details: { outstanding: eur('1000.00') },
    }),
  );
});

test.each([
  ['a payment for a cancelled invoice', 'recordPayment', { ...PAYMENT, invoiceId: invoiceId(2) }],
  ['a payment for a credit note', 'recordPayment', { ...PAYMENT, invoiceId: invoiceId(3) }],
  ['cancelling a second time', 'cancelInvoice', { invoiceId: invoiceId(2), reason: 'Again' }],
  ['cancelling a credit note', 'cancelInvoice', { invoiceId: invoiceId(3), reason: 'No' }],
] as const)('%s is a conflict', async (_what, field, input) => {
  expect(await write(field, input)).toEqual(
    refusal('STATE_CONFLICT', field, { argument: 'input.invoiceId', reason: expect.any(String) }),
  );
});

test('an invoice in a currency without accounts is a conflict, not a crash', async () => {
  const inFrancs = { ...ITEM, unitPrice: { amount: '10.00', currency: 'CHF' } };
  expect(await write('issueInvoice', { customerId: CARLA, lines: [inFrancs] })).toEqual(
    refusal('STATE_CONFLICT', 'issueInvoice', {
      argument: 'input.lines.0.unitPrice.currency',
      reason: 'The chart of accounts has no account 1201 in CHF.',
    }),
  );
});

test.each([
  ['sales', 'setCreditLimit', LIMIT, 'holds credit:write'],
  ['sales', 'issueInvoice', issueOf(ITEM), 'holds invoices:write'],
  ['auditor', 'recordPayment', PAYMENT, 'holds invoices:write'],
  ['customer', 'cancelInvoice', { invoiceId: invoiceId(4), reason: 'Mine' }, 'holds invoices:write'],
] as const)('%s may not %s', async (role, field, input, rule) => {
  const as = role === 'customer' ? principalWith('customer', BEN) : role;
  expect(await write(field, input, as)).toEqual(
    refusal('FORBIDDEN', field, {
      reason: expect.any(String),
      details: { field: `Mutation.${field}`, rule },
    }),
  );
});

function write(field: keyof typeof MUTATIONS, input: object, as: NonNullable<Asking['as']> = 'finance') {
  const [inputType, select] = MUTATIONS[field];
  const query = `mutation ($input: ${inputType}!) { ${field}(input: $input) { ${select} } }`;
  return subgraph.ask(query, { as, variables: { input } });
}

function refusal(code: ErrorCode, field: string, facts: object) {
  return {
    data: { [field]: null },
    errors: [
      {
        message: ERRORS[code].says,
        locations: expect.any(Array),
        path: [field],
        extensions: { code, ...facts },
      },
    ],
  };
}

/** Of every table that a mutation writes, and the counters, so that no number was lost either. */
async function everyCount(): Promise<unknown> {
  const client = new pg.Client({ connectionString: database.owner });
  await client.connect();
  const { rows } = await client.query(`
    select (select json_agg(document_counter) from document_counter) as counters,
      (select count(*) from invoice) as invoices, (select count(*) from invoice_line) as items,
      (select count(*) from payment) as payments, (select count(*) from journal_entry) as entries,
      (select json_agg(customer_account order by customer_id) from customer_account) as accounts`);
  await client.end();
  return rows;
}
