/**
 * Copies that have drifted from their owners, by hand or by whatever, are found by entity and field, and mended by the
 * owner's word.
 */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { CHECKOUT } from '../../tools/state/state-folder.ts';
import { createCustomer, documentsOf, placeOrder, plentifulArticle } from '../kit/sell.ts';
import { runAs } from '../kit/small-shop.ts';
import { startEventCompany, type EventCompany } from '../kit/start-event-company.ts';

const run = promisify(execFile);

let company: EventCompany;

beforeAll(async () => {
  company = await startEventCompany();
  // The seeded accounting has not heard of a few customers; that is drift too, and here in the way.
  await reconcile('accounting', '--repair');
}, 180_000);
afterAll(() => company.stop());

test('a company that nobody meddled with has no drift', async () => {
  expect(await reconcile()).toMatch(
    /^accounting: \d+ compared, no copy differs\nshop: \d+ compared, no copy differs\n$/,
  );
});

test('what somebody changed by hand is found by entity and field, and mended', async () => {
  const id = await createCustomer(company, 'Wahrheit GmbH');
  await company.settled();
  const owner = company.databases.accounting.owner;
  await runAs(
    owner,
    `update customer_account set name = 'Lüge', city = 'Hamburg' where customer_id = '${id}'`,
  );
  expect(await reconcile('accounting')).toMatch(
    new RegExp(
      `^accounting: \\d+ compared, 2 differences\\n` +
        ` {2}Customer.city of crm: 1 \\(${id}\\)\\n {2}Customer.name of crm: 1 \\(${id}\\)\\n$`,
    ),
  );
  expect(await reconcile('accounting', '--repair')).toMatch(
    /compared once more:\naccounting: \d+ compared, no copy differs\n$/,
  );
  const [account] = await company.query(
    'accounting',
    `select name, city from customer_account where customer_id = '${id}'`,
  );
  expect(account).toEqual({ name: 'Wahrheit GmbH', city: 'Berlin' });
});

test('an order that accounting lost is billed, and a mark that the shop lost comes back', async () => {
  const article = await plentifulArticle(company);
  const customerId = await createCustomer(company, 'Verloren AG');
  await company.settled();
  const order = await placeOrder(company, customerId, article);
  await company.settled();
  await runAs(company.databases.shop.owner, `delete from invoice_copy where order_id = '${order.id}'`);
  await runAs(company.databases.accounting.owner, `delete from order_copy where order_id = '${order.id}'`);
  const lost = await reconcile();
  expect(lost).toContain(`Order.missing of shop: 1 (${order.id})`);
  expect(lost).toContain('Invoice.missing of accounting: 1 (');
  expect(await reconcile('--repair')).toMatch(
    /accounting: \d+ compared, no copy differs[\s\S]*shop: \d+ compared, no copy differs\n$/,
  );
  expect(await documentsOf(company, order.id)).toMatchObject([{ kind: 'INVOICE', status: 'OPEN' }]);
});

test('a copy that its owner does not know is told, and stays for a person to decide', async () => {
  const stranger = `insert into customer_copy values ('cus_00000000000000000000', 'C-0', 'Nobody')`;
  await runAs(company.databases.shop.owner, stranger);
  expect(await reconcile('shop', '--repair')).toContain(
    '  Customer.unknown to its owner of crm: 1 (cus_00000000000000000000)\n',
  );
  const copies = await company.query('shop', `select name from customer_copy where customer_number = 'C-0'`);
  expect(copies).toEqual([{ name: 'Nobody' }]);
});

test('an owner that does not answer is named', async () => {
  await company.stopSubgraph('crm');
  await expect(reconcile('shop')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^The copies of shop could not be compared: /),
  });
  await company.startSubgraph('crm');
});

/** The command, as a person runs it. */
async function reconcile(...args: readonly string[]): Promise<string> {
  const { accounting, shop } = company.databases;
  const urls = {
    ACCOUNTING_WORKER_DATABASE_URL: accounting.worker,
    SHOP_WORKER_DATABASE_URL: shop.worker,
  };
  const env = { ...process.env, ...urls };
  const { stdout } = await run(process.execPath, ['tools/run.js', 'reconcile', ...args], {
    cwd: CHECKOUT,
    env,
  });
  return stdout;
}
