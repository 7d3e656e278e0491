/**
 * The promise to a client who sends a key: through the gateway, the real subgraphs and PostgreSQL, a mutation takes
 * effect once, however often and at whatever moment it is sent.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';

import type { Role } from '../../schema/contract/principal.ts';
import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import { serveCompany, type ServedCompany } from '../../tools/access/serve-company.ts';
import { freshCompany } from '../kit/company-databases.ts';
import { principalWith } from '../kit/start-subgraph.ts';

let databases: Awaited<ReturnType<typeof freshCompany>>;
let company: ServedCompany;
let crm: pg.Client;
let lastKey = 0;

beforeAll(async () => {
  databases = await freshCompany();
  const { crm: sales, accounting, shop } = databases;
  company = await serveCompany({
    databaseUrls: { crm: sales.runtime, accounting: accounting.runtime, shop: shop.runtime },
  });
  crm = new pg.Client({ connectionString: sales.owner });
  await crm.connect();
});

afterAll(async () => {
  await crm?.end();
  await company?.stop();
  await Promise.all(Object.values(databases ?? {}).map((database) => database.drop()));
});

interface Sending {
  readonly key?: string;
  readonly as?: Role;
  readonly subject?: string;
}

async function send(query: string, { key, as = 'sales', subject = as }: Sending) {
  const token = await company.tokenOf({ ...principalWith(as), subject });
  const response = await fetch(company.gatewayUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify({ query }),
  });
  // Reason for the cast: the test compares what it reads of it.
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  return { status: response.status, body };
}

function newKey(): string {
  lastKey += 1;
  return `6f0c1a52-${lastKey}`;
}

const CUSTOMER = customerIdOf('C-10001');

/** Asks the crm to write, and accounting and the shop for what they know of the customer. */
const logOf = (subject: string) =>
  `mutation { logActivity(input: { customerId: "${CUSTOMER}", kind: NOTE, subject: "${subject}" }) { activity { id subject occurredAt customer { name receivable { amount } orders(first: 1) { totalCount } } } } }`;

async function countOf(subject: string): Promise<number> {
  const { rows } = await crm.query('select count(*)::integer as count from activity where subject = $1', [
    subject,
  ]);
  return rows[0].count;
}

const refused = (code: string) => ({ errors: [{ extensions: { code, subgraph: 'crm' } }] });

test('of twenty requests at once one takes effect; the others get its answer, or 409 and it when they ask again', async () => {
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(logOf('twenty'), { key })));
  expect(await countOf('twenty')).toBe(1);
  const again = await send(logOf('twenty'), { key });
  expect(again).toMatchObject({
    status: 200,
    body: { data: { logActivity: { activity: { subject: 'twenty' } } } },
  });
  for (const answer of answers) {
    if (answer.status === 409) expect(answer.body).toMatchObject(refused('IDEMPOTENCY_KEY_IN_USE'));
    else expect(answer).toEqual(again);
  }
});

test('other arguments under the key are refused with 422 and take no effect', async () => {
  const key = newKey();
  await send(logOf('first'), { key });
  const other = await send(logOf('second'), { key });
  expect(other.status).toBe(422);
  expect(other.body).toMatchObject(refused('IDEMPOTENCY_KEY_REUSED'));
  expect(await countOf('second')).toBe(0);
});

test('the keys of two principals have nothing to do with one another', async () => {
  const key = newKey();
  const [ines, jan] = await Promise.all(
    ['ines', 'jan'].map((subject) => send(logOf('shared'), { key, subject })),
  );
  expect([ines?.status, jan?.status, await countOf('shared')]).toEqual([200, 200, 2]);
});

test('the same mutation twice in one request under one key takes effect twice, and never again', async () => {
  const key = newKey();
  const field = logOf('pair').replace('mutation {', '').replace(/\}$/, '');
  const pair = `mutation { a: ${field} id: ${field} }`;
  const first = await send(pair, { key });
  expect(await countOf('pair')).toBe(2);
  expect(await send(pair, { key })).toEqual(first);
  expect(await countOf('pair')).toBe(2);
});

test('one key serves mutations of two systems, each once', async () => {
  const key = newKey();
  const both = `mutation { ${logOf('two systems').replace('mutation {', '').replace(/\}$/, '')} setCartLine(input: { customerId: "${CUSTOMER}", variantId: "${await aVariant()}", quantity: 3 }) { cart { id lines { quantity } } } }`;
  const first = await send(both, { key });
  expect(first.body['errors']).toBeUndefined();
  expect(await send(both, { key })).toEqual(first);
  expect(await countOf('two systems')).toBe(1);
});

test('without a key a mutation takes effect each time', async () => {
  await send(logOf('plain'), {});
  await send(logOf('plain'), {});
  expect(await countOf('plain')).toBe(2);
});

async function aVariant(): Promise<string> {
  const { body } = await send('{ products(first: 1) { nodes { variants { id } } } }', {});
  return /var_\w+/.exec(JSON.stringify(body))?.[0] ?? '';
}
