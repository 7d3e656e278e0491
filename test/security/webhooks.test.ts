/**
 * The doors through which other systems report, attacked: forged, stale, replayed, oversized, misdirected; and secrets
 * that are exchanged while events keep coming. Accounting stands for all, since the kit guards every system alike.
 */

import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import type { WebhookSecrets } from '../../subgraphs/kit/events/webhook-secrets.ts';
import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { eventSecret } from '../kit/event-secrets.ts';
import { runAs } from '../kit/small-shop.ts';
import { startSubgraph, type TestSubgraph } from '../kit/start-subgraph.ts';

const NOT_PROVEN = {
  errors: [
    {
      message: 'The signature of the webhook was not accepted.',
      extensions: { code: 'WEBHOOK_NOT_PROVEN' },
    },
  ],
};
const REFUSED = 'The event cannot be adopted here.';

let database: TestDatabase;
let subgraph: TestSubgraph;
let nowMs = Date.now();
let active: Record<string, readonly Uint8Array[]> = {};
let count = 0;

beforeAll(async () => {
  database = await freshDatabase('accounting');
  const secrets: WebhookSecrets = { sendingTo: () => [], receivingFrom: (sender) => (Object.hasOwn(active, sender) ? (active[sender] ?? []) : []) };
  const followed = { current: () => secrets, latest: () => secrets };
  const receiving = { secrets: followed, nowMs: () => nowMs, toleranceMs: 300_000 };
  active = {
    crm: [eventSecret('crm', 'accounting')],
    shop: [eventSecret('shop', 'accounting')],
    bank: [eventSecret('bank', 'accounting')],
  };
  subgraph = await startSubgraph(accounting, database.runtime, { receiving });
}, 120_000);
afterAll(async () => {
  await subgraph.stop();
  await database.drop();
});

test('an event that is signed by its sender is adopted', async () => {
  const event = customerChanged('C-77001', 1, 'Ada');
  expect(await tell('crm', event)).toEqual({ status: 200, answer: { outcome: 'applied' } });
  expect(await nameOf('C-77001')).toBe('Ada');
});

test('an event that comes again, even days later and signed anew, takes effect once', async () => {
  const event = customerChanged('C-77002', 1, 'Ben');
  expect(await tell('crm', event)).toEqual({ status: 200, answer: { outcome: 'applied' } });
  nowMs += 4 * 24 * 3_600_000;
  expect(await tell('crm', event)).toEqual({ status: 200, answer: { outcome: 'repeated' } });
  expect(await receiptsOf(event.id)).toBe(1);
});

test('a request that was recorded cannot be sent again when its time is over', async () => {
  const event = customerChanged('C-77003', 1, 'Cleo');
  const recorded = signed('crm', event);
  nowMs += 301_000;
  expect(await post('/events/crm', recorded)).toEqual({ status: 401, answer: NOT_PROVEN });
  nowMs -= 2 * 301_000;
  expect(await post('/events/crm', recorded)).toEqual({ status: 401, answer: NOT_PROVEN });
  expect(await receiptsOf(event.id)).toBe(0);
});

test.each([
  [
    'with the secret of another system',
    () => signed('crm', fresh(), { secret: eventSecret('shop', 'accounting') }),
  ],
  ['with no signature', () => withHeaders(signed('crm', fresh()), { 'webhook-signature': '' })],
  [
    'with a signature of another kind',
    () => withHeaders(signed('crm', fresh()), { 'webhook-signature': 'v2,abc' }),
  ],
  ['with another body than was signed', () => ({ ...signed('crm', fresh()), body: JSON.stringify(fresh()) })],
  [
    'under another id than was signed',
    () => withHeaders(signed('crm', fresh()), { 'webhook-id': 'evt_other' }),
  ],
  [
    'at another time than was signed',
    () => withHeaders(signed('crm', fresh()), { 'webhook-timestamp': nowS(1) }),
  ],
  [
    'with a time that is no number',
    () => withHeaders(signed('crm', fresh()), { 'webhook-timestamp': '1e9' }),
  ],
  ['with a thousand wrong signatures before the right one', () => drowned()],
])('an event is turned away %s', async (_case, request) => {
  expect(await post('/events/crm', request())).toEqual({ status: 401, answer: NOT_PROVEN });
});

test.each(['__proto__', 'constructor', 'stranger', 'accounting'])(
  'nobody is heard under the name %s',
  async (name) => {
    expect(await post(`/events/${name}`, signed('crm', fresh()))).toEqual({
      status: 401,
      answer: NOT_PROVEN,
    });
    expect(await post(`/webhooks/${name}`, signed('crm', fresh()))).toEqual({
      status: 401,
      answer: NOT_PROVEN,
    });
  },
);

test('no system tells of what another one owns, whatever it signs', async () => {
  const answer = await post('/events/shop', signed('shop', fresh()));
  expect(answer).toEqual({ status: 422, answer: refusal('This is no event of the sender.') });
});

test('an event under another id than its own, or of no known shape, is refused for good', async () => {
  const event = customerChanged('C-77004', 1, 'Dora');
  expect(await post('/events/crm', signed('crm', event, { id: 'evt_another' }))).toMatchObject({
    status: 422,
  });
  const shapeless = { ...event, data: { name: 7 } };
  expect(await post('/events/crm', signed('crm', shapeless))).toMatchObject({ status: 422 });
  const text = { ...signed('crm', event), body: 'nonsense' };
  expect(await post('/events/crm', signedText('crm', event.id, text.body))).toMatchObject({ status: 422 });
});

test('a body that is too large is not read, signed or not', async () => {
  const event = customerChanged('C-77005', 1, 'E'.repeat(300_000));
  expect(await post('/events/crm', signed('crm', event))).toMatchObject({ status: 413 });
});

test('while secrets are exchanged, both open; afterwards the old one opens nothing', async () => {
  const old = eventSecret('crm', 'accounting');
  const young = randomBytes(32);
  active = { ...active, crm: [young, old] };
  expect(await tell('crm', customerChanged('C-77006', 1, 'Eva'))).toMatchObject({ status: 200 });
  expect(await tell('crm', customerChanged('C-77006', 2, 'Eva'), young)).toMatchObject({ status: 200 });
  active = { ...active, crm: [young] };
  expect(await tell('crm', customerChanged('C-77006', 3, 'Eva'), old)).toEqual({
    status: 401,
    answer: NOT_PROVEN,
  });
  // A sender that has both signs with both.
  const event = customerChanged('C-77006', 3, 'Eva Maria');
  const twice = [signed('crm', event, { secret: old }), signed('crm', event, { secret: young })];
  const signatures = twice.map(({ headers }) => headers['webhook-signature']).join(' ');
  const both = withHeaders(signed('crm', event), { 'webhook-signature': signatures });
  expect(await post('/events/crm', both)).toEqual({ status: 200, answer: { outcome: 'applied' } });
  active = { ...active, crm: [old] };
});

test('a webhook secret does not open the GraphQL endpoint', async () => {
  const body = JSON.stringify({ query: '{ __typename }' });
  expect(await post('/graphql', signedText('crm', 'evt_query', body))).toMatchObject({
    status: 401,
    answer: { errors: [{ extensions: { code: 'CALLER_NOT_PROVEN' } }] },
  });
});

test('a system sees only the state of what it adopts', async () => {
  active = { ...active, crm: [eventSecret('crm', 'accounting')] };
  const question = (entity: string) => signedText('crm', 'state_1', JSON.stringify({ entity }));
  expect(await post('/events/crm/state', question('Invoice'))).toEqual({
    status: 422,
    answer: refusal('The sender keeps no copy of this.'),
  });
});

test('the bank reports a payment, and it is booked once, however often it says so', async () => {
  const [invoice] = await runAs(
    database.runtime,
    `select number, total_minor - paid_minor as minor from invoice
     where status = 'OPEN' and currency = 'EUR' and total_minor > 100 order by number limit 1`,
  );
  const report = bankReport(invoice.number, '1.00');
  const request = signedText('bank', 'bank-4711', report);
  expect(await post('/webhooks/bank', request)).toEqual({ status: 200, answer: { outcome: 'applied' } });
  expect(await post('/webhooks/bank', request)).toEqual({ status: 200, answer: { outcome: 'repeated' } });
  const payments = await runAs(
    database.runtime,
    `select amount_minor::integer as minor, method, reference from payment join invoice on invoice.id = invoice_id
     where invoice.number = '${invoice.number}'`,
  );
  expect(payments).toEqual([{ minor: 100, method: 'BANK_TRANSFER', reference: 'Thanks' }]);
});

test('what the bank cannot mean is refused, and nothing of it stays', async () => {
  const report = signedText('bank', 'bank-4712', bankReport('R-1999-000001', '1.00'));
  expect(await post('/webhooks/bank', report)).toEqual({
    status: 422,
    answer: refusal('No invoice has this number.'),
  });
  expect(await receiptsOf('bank-4712')).toBe(0);
  const other = signedText('bank', 'bank-4713', JSON.stringify({ type: 'account.closed' }));
  expect(await post('/webhooks/bank', other)).toEqual({
    status: 422,
    answer: refusal('This is no report that the sender may make.'),
  });
});

interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Signing {
  readonly secret?: Uint8Array;
  readonly id?: string;
}

function signed(
  sender: string,
  event: { readonly id: string },
  { secret, id = event.id }: Signing = {},
): SignedRequest {
  return signedText(sender, id, JSON.stringify(event), secret);
}

/** By the library alone: whoever follows the standard is understood. */
function signedText(
  sender: string,
  id: string,
  body: string,
  secret = eventSecret(sender, 'accounting'),
): SignedRequest {
  const signature = new Webhook(new Uint8Array(secret), { format: 'raw' }).sign(id, new Date(nowMs), body);
  const headers = { 'webhook-id': id, 'webhook-timestamp': nowS(0), 'webhook-signature': signature };
  return { headers, body };
}

function withHeaders(request: SignedRequest, headers: Readonly<Record<string, string>>): SignedRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

function drowned(): SignedRequest {
  const request = signed('crm', fresh());
  const wrong = Array.from({ length: 8 }, () => `v1,${'A'.repeat(43)}=`);
  return withHeaders(request, {
    'webhook-signature': [...wrong, request.headers['webhook-signature']].join(' '),
  });
}

function nowS(offsetS: number): string {
  return String(Math.floor(nowMs / 1000) + offsetS);
}

function tell(sender: string, event: { readonly id: string }, secret?: Uint8Array) {
  return post(`/events/${sender}`, signed(sender, event, secret === undefined ? {} : { secret }));
}

async function post(path: string, { headers, body }: SignedRequest) {
  const response = await fetch(new URL(path, subgraph.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, answer: (await response.json()) as unknown };
}

function fresh() {
  count += 1;
  return customerChanged(`C-78${String(count).padStart(3, '0')}`, 1, 'Nobody');
}

function customerChanged(number: string, version: number, name: string) {
  count += 1;
  return {
    id: `evt_${count}`,
    type: 'customer.changed',
    entity: { type: 'Customer', id: customerIdOf(number) },
    version,
    occurredAt: '2026-03-31T14:05:00.000Z',
    data: { number, kind: 'PERSON', name, billingAddress: null },
  };
}

function bankReport(invoiceNumber: string, amount: string): string {
  const data = {
    invoiceNumber,
    amount: { amount, currency: 'EUR' },
    receivedOn: '2026-03-31',
    reference: 'Thanks',
  };
  return JSON.stringify({ type: 'payment.received', timestamp: '2026-03-31T14:05:00.000Z', data });
}

function refusal(reason: string) {
  return { errors: [{ message: REFUSED, extensions: { code: 'EVENT_REFUSED', reason } }] };
}

async function nameOf(number: string): Promise<unknown> {
  const [row] = await runAs(
    database.runtime,
    `select name from customer_account where customer_number = '${number}'`,
  );
  return row?.name;
}

async function receiptsOf(id: string): Promise<number> {
  const [row] = await runAs(
    database.runtime,
    `select count(*)::integer as count from inbox where event_id = '${id}'`,
  );
  return row.count;
}
