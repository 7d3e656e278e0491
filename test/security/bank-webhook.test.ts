/**
 * A foreign system, the bank, reports to accounting in its own words.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { openAccountingDoors, refusedBecause, type AccountingDoors } from '../kit/accounting-doors.ts';

let doors: AccountingDoors;

beforeAll(async () => {
  doors = await openAccountingDoors();
});
afterAll(() => doors.stop());

test('the bank reports a payment, and it is booked once, however often it says so', async () => {
  const [invoice] = await doors.query(
    `select number, total_minor - paid_minor as minor from invoice
     where status = 'OPEN' and currency = 'EUR' and total_minor > 100 order by number limit 1`,
  );
  const report = bankReport(invoice.number, '1.00');
  const request = doors.sign('bank', { id: 'bank-4711', body: report });
  expect(await doors.post('/webhooks/bank', request)).toEqual({
    status: 200,
    answer: { outcome: 'applied' },
  });
  expect(await doors.post('/webhooks/bank', request)).toEqual({
    status: 200,
    answer: { outcome: 'repeated' },
  });
  const payments = await doors.query(
    `select amount_minor::integer as minor, method, reference from payment join invoice on invoice.id = invoice_id
     where invoice.number = '${invoice.number}'`,
  );
  expect(payments).toEqual([{ minor: 100, method: 'BANK_TRANSFER', reference: 'Thanks' }]);
});

test('another report under an id that came before is refused and counted, and the first one stands', async () => {
  const [invoice] = await doors.query(
    `select number from invoice where status = 'OPEN' and currency = 'EUR' and total_minor > 300 order by number desc
     limit 1`,
  );
  const report = (amount: string) =>
    doors.sign('bank', { id: 'bank-4715', body: bankReport(invoice.number, amount) });
  const said = () => doors.post('/webhooks/bank', report('1.00'));
  expect(await said()).toEqual({ status: 200, answer: { outcome: 'applied' } });
  expect(await doors.post('/webhooks/bank', report('2.00'))).toEqual(
    refusedBecause('Another report came under the same id before.'),
  );
  expect(await doors.countedErrors()).toEqual(['tributary_system_errors_total{code="EVENT_REFUSED"} 1']);
  // The same thing in other letters.
  const spaced = JSON.stringify(JSON.parse(bankReport(invoice.number, '1.00')), undefined, 2);
  const again = doors.sign('bank', { id: 'bank-4715', body: spaced });
  expect(await doors.post('/webhooks/bank', again)).toEqual({ status: 200, answer: { outcome: 'repeated' } });
  const payments = await doors.query(
    `select amount_minor::integer as minor from payment join invoice on invoice.id = invoice_id
     where invoice.number = '${invoice.number}' and reference = 'Thanks'`,
  );
  expect(payments).toEqual([{ minor: 100 }]);
});

test('what the bank cannot mean is refused, and nothing of it stays', async () => {
  const report = doors.sign('bank', { id: 'bank-4712', body: bankReport('R-1999-000001', '1.00') });
  expect(await doors.post('/webhooks/bank', report)).toEqual(refusedBecause('No invoice has this number.'));
  expect(await receiptsOf('bank-4712')).toEqual([]);
  const other = doors.sign('bank', { id: 'bank-4713', body: JSON.stringify({ type: 'account.closed' }) });
  expect(await doors.post('/webhooks/bank', other)).toEqual(
    refusedBecause('This is no report that the sender may make.'),
  );
});

test.each([
  ['the number of an invoice', { invoiceNumber: 'R-2026-\0' }],
  ['a reference', { reference: 'Thanks\0' }],
])('%s that PostgreSQL cannot keep is refused for good, not tried again for days', async (_what, change) => {
  const [invoice] = await doors.query(
    `select number from invoice where status = 'OPEN' and currency = 'EUR' and total_minor > 200 limit 1`,
  );
  const body = bankReport(invoice.number, '0.01', change);
  const report = doors.sign('bank', { id: 'bank-4714', body });
  expect(await doors.post('/webhooks/bank', report)).toEqual(
    refusedBecause('This is no report that the sender may make.'),
  );
});

function receiptsOf(id: string) {
  return doors.query(`select outcome from inbox where event_id = '${id}'`);
}

function bankReport(invoiceNumber: string, amount: string, change: object = {}): string {
  const money = { amount, currency: 'EUR' };
  const data = { invoiceNumber, amount: money, receivedOn: '2026-03-31', reference: 'Thanks', ...change };
  return JSON.stringify({ type: 'payment.received', timestamp: '2026-03-31T14:05:00.000Z', data });
}
