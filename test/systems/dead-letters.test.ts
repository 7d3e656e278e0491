/**
 * What cannot be delivered is not lost: it is told aloud, listed, and sent again or dropped by a command that writes
 * down who decided and why.
 */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { countEvents } from '../../subgraphs/kit/events/count-events.ts';
import { CHECKOUT } from '../../tools/state/state-folder.ts';
import {
  createCustomer,
  dataOf,
  documentsOf,
  placeOrder,
  plentifulArticle,
  type Placed,
} from '../kit/sell.ts';
import { runAs } from '../kit/small-shop.ts';
import { startEventCompany, type EventCompany } from '../kit/start-event-company.ts';

const run = promisify(execFile);

let company: EventCompany;
let article: string;

beforeAll(async () => {
  company = await startEventCompany({ schedule: { firstDelayS: 1, longestDelayS: 1, retries: 1 } });
  article = await plentifulArticle(company);
});
afterAll(() => company.stop());

test('an event that nobody took is given up, told aloud, and delivered when somebody says so', async () => {
  const customerId = await createCustomer(company, 'Geduld GmbH');
  await company.settled();
  await company.stopSubgraph('accounting');
  const order = await placeOrder(company, customerId, article);
  await becomesDead(order);
  expect(await countEvents(company.database('shop'))).toEqual({
    unrelayed: 0,
    deliveries: [{ subscriber: 'accounting', waiting: 0, retrying: 0, dead: 1 }],
  });
  expect(await events('list', 'shop')).toMatch(
    new RegExp(
      `^shop:\\n {2}\\d+ {2}\\S+ {2}order.placed ${order.id} version 1, to accounting, tried 2 times: `,
    ),
  );

  await company.startSubgraph('accounting');
  const answer = await events('replay', 'shop', 'all', '--why', 'Accounting is back', '--by', 'olga');
  expect(answer).toBe('1 event is sent again; "status" shows how they fare.\n');
  await company.settled();
  expect(await documentsOf(company, order.id)).toMatchObject([{ kind: 'INVOICE', status: 'OPEN' }]);
  expect(await events('list', 'shop')).toBe('shop: no dead letters\n');
  expect(await settlementOf(order)).toEqual([
    { settlement: 'REPLAYED', by: 'olga', why: 'Accounting is back', isTimed: true },
  ]);
});

test('an event that can never be adopted is given up at once, and can be dropped', async () => {
  const customerId = await createSwissCustomer();
  await company.settled();
  const order = await placeOrder(company, customerId, article);
  await becomesDead(order);
  expect(await events('list', 'shop')).toContain(
    'tried once: 422 EVENT_REFUSED: The customer is billed in CHF.',
  );
  const [letter] = await company.query('shop', `select id from dead_letter where entity_id = '${order.id}'`);
  expect(
    await events('drop', 'shop', String(letter?.['id']), '--why', 'Billed by hand', '--by', 'olga'),
  ).toBe('1 event is dropped.\n');
  expect(await settlementOf(order)).toEqual([
    { settlement: 'DROPPED', by: 'olga', why: 'Billed by hand', isTimed: true },
  ]);
  expect(await events('status', 'shop')).toBe(
    'shop: 0 in the outbox\n  to accounting: 0 waiting, 0 tried again, 0 given up\n',
  );
});

test('who does not say why changes nothing', async () => {
  await expect(events('drop', 'shop', 'all')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Say why: it is written down\. Usage: /),
  });
});

test('who comes with the subgraph’s login is told which one it takes', async () => {
  const env = { ...process.env, SHOP_DATABASE_URL: company.databases.shop.runtime };
  const listing = run(process.execPath, ['tools/run.js', 'events', 'list', 'shop'], { cwd: CHECKOUT, env });
  await expect(listing).rejects.toMatchObject({
    code: 1,
    stderr:
      '"shop_runtime" may not do that in the database of shop (permission denied for table dead_letter): SHOP_WORKER_DATABASE_URL must name the worker\'s login.\n',
  });
});

test('what was decided stays as it was decided', async () => {
  const rewrite = `update dead_letter set settled_why = 'another reason' where settled_at is not null`;
  const { worker } = company.databases.shop;
  await expect(runAs(worker, rewrite)).rejects.toMatchObject({ constraint: 'settled_once' });
  await expect(runAs(worker, 'delete from dead_letter')).rejects.toMatchObject({ code: '42501' });
});

async function becomesDead(order: Placed): Promise<void> {
  await company.becomes(async () => {
    const found = await company.query('shop', `select from dead_letter where entity_id = '${order.id}'`);
    return found.length > 0;
  });
  expect(company.logged().filter(({ msg }) => msg === 'an event became a dead letter')).toContainEqual(
    expect.objectContaining({ level: 50, type: 'order.placed', subscriber: 'accounting' }),
  );
}

/** The command, as a person runs it. */
async function events(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, SHOP_WORKER_DATABASE_URL: company.databases.shop.worker };
  const { stdout } = await run(process.execPath, ['tools/run.js', 'events', ...args], { cwd: CHECKOUT, env });
  return stdout;
}

function settlementOf(order: Placed) {
  return company.query(
    'shop',
    `select settlement, settled_by as by, settled_why as why, settled_at is not null as "isTimed"
     from dead_letter where entity_id = '${order.id}'`,
  );
}

async function createSwissCustomer(): Promise<string> {
  const billingAddress = { street: 'Gasse 1', postalCode: '8001', city: 'Zürich', country: 'CH' };
  const input = { kind: 'COMPANY', name: 'Franken AG', billingAddress };
  const answer = await company.ask(
    'crm',
    'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } } }',
    { as: 'sales', variables: { input } },
  );
  return dataOf(answer).createCustomer.customer.id;
}
