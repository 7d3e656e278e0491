/**
 * The doors through which other systems report, attacked: forged, stale, replayed, oversized, misdirected; and secrets
 * that are exchanged while events keep coming. Accounting stands for all, since the kit guards every system alike.
 */

import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import {
  openAccountingDoors,
  refusedBecause,
  type AccountingDoors,
  type SignedRequest,
} from '../kit/accounting-doors.ts';
import { eventSecret } from '../kit/event-secrets.ts';

const NOT_PROVEN = {
  status: 401,
  answer: {
    errors: [
      {
        message: 'The signature of the webhook was not accepted.',
        extensions: { code: 'WEBHOOK_NOT_PROVEN' },
      },
    ],
  },
};

let doors: AccountingDoors;
let count = 0;

beforeAll(async () => {
  doors = await openAccountingDoors();
});
afterAll(() => doors.stop());

test('an event that is signed by its sender is adopted', async () => {
  const event = customerChanged('C-77001', 1, 'Ada');
  expect(await tell('crm', event)).toEqual({ status: 200, answer: { outcome: 'applied' } });
  expect(await nameOf('C-77001')).toBe('Ada');
});

test('an event that comes again, even days later and signed anew, takes effect once', async () => {
  const event = customerChanged('C-77002', 1, 'Ben');
  expect(await tell('crm', event)).toEqual({ status: 200, answer: { outcome: 'applied' } });
  doors.world.nowMs += 4 * 24 * 3_600_000;
  expect(await tell('crm', event)).toEqual({ status: 200, answer: { outcome: 'repeated' } });
  expect(await receiptsOf(event.id)).toBe(1);
});

test('a request that was recorded cannot be sent again when its time is over', async () => {
  const event = customerChanged('C-77003', 1, 'Cleo');
  const recorded = signed('crm', event);
  doors.world.nowMs += 301_000;
  expect(await doors.post('/events/crm', recorded)).toEqual(NOT_PROVEN);
  doors.world.nowMs -= 2 * 301_000;
  expect(await doors.post('/events/crm', recorded)).toEqual(NOT_PROVEN);
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
    () => withHeaders(signed('crm', fresh()), { 'webhook-timestamp': doors.nowS(1) }),
  ],
  [
    'with a time that is no number',
    () => withHeaders(signed('crm', fresh()), { 'webhook-timestamp': '1e9' }),
  ],
  ['with too many wrong signatures before the right one', () => drowned()],
])('an event is turned away %s', async (_case, request) => {
  expect(await doors.post('/events/crm', request())).toEqual(NOT_PROVEN);
});

test.each(['__proto__', 'constructor', 'stranger', 'accounting'])(
  'nobody is heard under the name %s',
  async (name) => {
    expect(await doors.post(`/events/${name}`, signed('crm', fresh()))).toEqual(NOT_PROVEN);
    expect(await doors.post(`/webhooks/${name}`, signed('crm', fresh()))).toEqual(NOT_PROVEN);
  },
);

test('no system tells of what another one owns, whatever it signs', async () => {
  const answer = await doors.post('/events/shop', signed('shop', fresh()));
  expect(answer).toEqual(refusedBecause('This is no event of the sender.'));
});

test('an event under another id than its own, or of no known shape, is refused for good', async () => {
  const event = customerChanged('C-77004', 1, 'Dora');
  expect(await doors.post('/events/crm', signed('crm', event, { id: 'evt_another' }))).toMatchObject({
    status: 422,
  });
  const shapeless = { ...event, data: { name: 7 } };
  expect(await doors.post('/events/crm', signed('crm', shapeless))).toMatchObject({ status: 422 });
  const nonsense = doors.sign('crm', { id: event.id, body: 'nonsense' });
  expect(await doors.post('/events/crm', nonsense)).toMatchObject({ status: 422 });
});

test('a body that is too large is not read, signed or not', async () => {
  const event = customerChanged('C-77005', 1, 'E'.repeat(300_000));
  expect(await doors.post('/events/crm', signed('crm', event))).toMatchObject({ status: 413 });
});

test('while secrets are exchanged, both open; afterwards the old one opens nothing', async () => {
  const old = eventSecret('crm', 'accounting');
  const young = randomBytes(32);
  doors.world.active.set('crm', [young, old]);
  expect(await tell('crm', customerChanged('C-77006', 1, 'Eva'))).toMatchObject({ status: 200 });
  expect(await tell('crm', customerChanged('C-77006', 2, 'Eva'), young)).toMatchObject({ status: 200 });
  doors.world.active.set('crm', [young]);
  expect(await tell('crm', customerChanged('C-77006', 3, 'Eva'), old)).toEqual(NOT_PROVEN);
  // A sender that has both signs with both.
  const event = customerChanged('C-77006', 3, 'Eva Maria');
  const twice = [signed('crm', event, { secret: old }), signed('crm', event, { secret: young })];
  const signatures = twice.map(({ headers }) => headers['webhook-signature']).join(' ');
  const both = withHeaders(signed('crm', event), { 'webhook-signature': signatures });
  expect(await doors.post('/events/crm', both)).toEqual({ status: 200, answer: { outcome: 'applied' } });
  doors.world.active.set('crm', [old]);
});

test('a webhook secret does not open the GraphQL endpoint', async () => {
  const body = JSON.stringify({ query: '{ __typename }' });
  expect(await doors.post('/graphql', doors.sign('crm', { id: 'evt_query', body }))).toMatchObject({
    status: 401,
    answer: { errors: [{ extensions: { code: 'CALLER_NOT_PROVEN' } }] },
  });
});

test('a system sees only the state of what it adopts', async () => {
  const question = (entity: string) => doors.sign('crm', { id: 'state_1', body: JSON.stringify({ entity }) });
  expect(await doors.post('/events/crm/state', question('Invoice'))).toEqual(
    refusedBecause('The sender keeps no copy of this.'),
  );
});

interface Signing {
  readonly secret?: Uint8Array;
  readonly id?: string;
}

function signed(
  sender: string,
  event: { readonly id: string },
  { secret, id = event.id }: Signing = {},
): SignedRequest {
  return doors.sign(sender, { id, body: JSON.stringify(event), secret });
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

function tell(sender: string, event: { readonly id: string }, secret?: Uint8Array) {
  return doors.post(`/events/${sender}`, signed(sender, event, secret === undefined ? {} : { secret }));
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

async function nameOf(number: string): Promise<unknown> {
  const [row] = await doors.query(`select name from customer_account where customer_number = '${number}'`);
  return row?.name;
}

async function receiptsOf(id: string): Promise<number> {
  const [row] = await doors.query(`select count(*)::integer as count from inbox where event_id = '${id}'`);
  return row.count;
}
