/**
 * Machines whose clocks are wrong by ten minutes, as real processes: what still agrees goes on, what does not is
 * refused in words that name the clocks, and no write is lost or done twice because of it.
 */

import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { Role } from '../../schema/contract/principal.ts';
import { findUndelivered } from '../../tools/faults/check-copies.ts';
import { startFaultCompany, type FaultCompany } from '../../tools/faults/fault-company.ts';
import { readVariants } from '../../tools/faults/read-company.ts';
import { signDevelopmentToken } from '../../tools/development-token.ts';
import { createTeardown } from '../../tools/start/teardown.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { postOf } from '../kit/start-gateway.ts';
import type { Answer } from '../kit/start-subgraph.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const TEN_MINUTES_MS = 600_000;
const QUESTION = '{ products(first: 1) { nodes { name } } customers(first: 1) { nodes { number } } }';

const teardown = createTeardown();
let folder: string;
let company: FaultCompany;
let variantId: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-clocks-'));
  teardown.add(() => rm(folder, { recursive: true, force: true }));
  // The server may run as another user, who must get through to its data.
  await chmod(folder, 0o711);
  company = await startFaultCompany({ folder, step: (_name, work) => work(), teardown });
  [variantId = ''] = await readVariants(company.reader);
});

afterEach(() => setClocks({}));

afterAll(() => teardown.run());

test('clocks that differ by twenty seconds are no reason to refuse anything', async () => {
  await setClocks({ shop: 20_000, crm: -20_000 });
  expect(await ask(QUESTION)).toEqual({
    data: {
      products: { nodes: [{ name: expect.any(String) }] },
      customers: { nodes: [{ number: expect.any(String) }] },
    },
  });
});

test.each([
  [
    'ahead',
    TEN_MINUTES_MS,
    'the signature is older than 30 s by this clock: the clocks differ, or the call was late',
  ],
  ['behind', -TEN_MINUTES_MS, 'the signature is more than 30 s ahead of this clock: the clocks differ'],
])(
  'a subgraph ten minutes %s costs its own fields, and says that the clocks differ',
  async (_what, aheadMs, reason) => {
    await setClocks({ shop: aheadMs });
    expect(await ask(QUESTION)).toEqual({
      data: { products: null, customers: { nodes: [{ number: expect.any(String) }] } },
      errors: [refusedCall(reason, ['products'])],
    });
  },
);

test('a write that a wrong clock has refused takes effect once when it is repeated at the right time', async () => {
  await setClocks({ shop: TEN_MINUTES_MS });
  const early = await adjust('right-time');
  expect(early).toMatchObject({ data: { adjustStock: null } });
  expect(await effectsOf('right-time')).toBe(0);
  await setClocks({});
  const first = await adjust('right-time');
  expect(first).toEqual({ data: { adjustStock: { variant: { id: variantId } } } });
  expect(await adjust('right-time')).toEqual(first);
  expect(await effectsOf('right-time')).toBe(1);
});

test('a stored answer is found again after all clocks have jumped by ten minutes', async () => {
  const first = await adjust('jump');
  await setClocks({
    shop: TEN_MINUTES_MS,
    gateway: TEN_MINUTES_MS,
    crm: TEN_MINUTES_MS,
    accounting: TEN_MINUTES_MS,
  });
  expect(await adjust('jump')).toEqual(first);
  await setClocks({ shop: -TEN_MINUTES_MS, gateway: -TEN_MINUTES_MS });
  expect(await adjust('jump')).toEqual(first);
  expect(await effectsOf('jump')).toBe(1);
});

test('a gateway ten minutes ahead takes tokens for expired that are not, and says expired', async () => {
  await setClocks({ gateway: TEN_MINUTES_MS });
  expect(await ask(QUESTION, { lifetimeMinutes: 5 })).toEqual({
    errors: [
      {
        message: ERRORS.UNAUTHENTICATED.says,
        extensions: {
          code: 'UNAUTHENTICATED',
          reason: 'expired',
          retryable: false,
          requestId: expect.any(String),
        },
      },
    ],
  });
});

test('news of a worker ten minutes ahead waits, and arrives once when its clock is right again', async () => {
  await setClocks({ 'crm-worker': TEN_MINUTES_MS });
  const made = await ask(CREATE, {
    as: 'sales',
    variables: { input: { kind: 'COMPANY', name: 'Early Ltd.' } },
  });
  const { id } = made.data.createCustomer.customer;
  let seen: readonly unknown[] = [];
  expect(await isTrueWithin(async () => (seen = await refusals()).length === 2, PATIENCE_MS)).toBe(true);
  expect(seen).toEqual([{ because: '401 WEBHOOK_NOT_PROVEN' }, { because: '401 WEBHOOK_NOT_PROVEN' }]);
  // A stranger is not told why; whoever runs the receiver is.
  const reason = 'the signature is too far ahead of this clock: the clocks differ';
  expect(await readFile(path.join(folder, 'logs', 'shop.log'), 'utf8')).toContain(reason);
  expect(await copiesOf(id)).toEqual([]);
  await setClocks({});
  expect(
    await isTrueWithin(async () => (await findUndelivered(company.reader)).length === 0, PATIENCE_MS),
  ).toBe(true);
  expect(await copiesOf(id)).toEqual([{ name: 'Early Ltd.' }, { name: 'Early Ltd.' }]);
});

const CREATE =
  'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } } }';

/** What the CRM has to tell and could not yet. */
function refusals() {
  const waiting = `select output->>'because' as because from pgboss.job where state = 'retry' and output is not null`;
  return company.reader.rows('crm', waiting);
}

async function copiesOf(id: string) {
  const accounting = 'select name from customer_account where customer_id = $1';
  const shop = 'select name from customer_copy where customer_id = $1';
  return [
    ...(await company.reader.rows('accounting', accounting, [id])),
    ...(await company.reader.rows('shop', shop, [id])),
  ];
}

/** Those that are not named are right. */
async function setClocks(aheadMs: Readonly<Record<string, number>>): Promise<void> {
  await Promise.all(
    company.processes
      .filter(({ name }) => wrong.has(name) || aheadMs[name] !== undefined)
      .map(({ name, setClockAhead }) => setClockAhead(aheadMs[name] ?? 0)),
  );
  wrong = new Set(Object.keys(aheadMs));
}

let wrong: ReadonlySet<string> = new Set();

function refusedCall(reason: string, at: readonly string[]) {
  return {
    message: ERRORS.SUBGRAPH_FAILED.says,
    path: at,
    extensions: {
      code: 'SUBGRAPH_FAILED',
      subgraph: 'shop',
      team: 'commerce',
      subgraphCode: 'CALLER_NOT_PROVEN',
      reason,
      retryable: false,
      requestId: expect.any(String),
    },
  };
}

interface Asking {
  readonly as?: Role;
  readonly lifetimeMinutes?: number;
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

async function ask(
  query: string,
  { as = 'auditor', lifetimeMinutes = 60, ...rest }: Asking = {},
): Promise<Answer> {
  const token = await signDevelopmentToken(company.keys.issuer, { subject: as, role: as, lifetimeMinutes });
  const response = await fetch(company.endpoint, postOf(query, { token, ...rest }));
  // Reason for the cast: the test compares the whole answer itself.
  return (await response.json()) as Answer;
}

function adjust(reason: string): Promise<unknown> {
  const text = 'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { variant { id } } }';
  return ask(text, {
    as: 'warehouse',
    variables: { input: { variantId, change: 1, reason } },
    headers: { 'idempotency-key': reason },
  });
}

async function effectsOf(reason: string): Promise<number> {
  return (await company.reader.rows('shop', 'select from stock_movement where reason = $1', [reason])).length;
}
