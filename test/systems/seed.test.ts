/**
 * The small company in real databases: what the databases refuse from then on, and that seeding again changes
 * nothing and finishes what was interrupted.
 */

import pg from 'pg';
import type { SystemName } from '../../schema/ownership.ts';
import { withClient } from '../../tools/postgres/system-databases.ts';
import { ownerUrls } from '../../tools/start/choose-databases.ts';
import { seedCompany } from '../../tools/seed/seed-company.ts';
import { freshCompany, type TestDatabase } from '../kit/company-databases.ts';

type TestCompany = Readonly<Record<SystemName, TestDatabase>>;

/** SQLSTATE codes of PostgreSQL, appendix A. */
const CHECK_VIOLATION = '23514';
const INSUFFICIENT_PRIVILEGE = '42501';

let company: TestCompany;

beforeAll(async () => {
  company = await freshCompany('small');
});

afterAll(async () => {
  await dropAll(company);
});

test('the ledger sums to zero in each currency', async () => {
  const sums = await rowsOf(
    company.accounting.runtime,
    `select account.currency, sum(line.debit_minor - line.credit_minor)::int as sum
     from journal_line line join ledger_account account on account.id = line.account_id
     group by account.currency order by account.currency`,
  );

  expect(sums).toEqual([
    { currency: 'CHF', sum: 0 },
    { currency: 'EUR', sum: 0 },
  ]);
});

test('each customer owes by the ledger what the invoices say', async () => {
  const differences = await rowsOf(
    company.accounting.runtime,
    `with ledger as (
       select customer_id, sum(debit_minor - credit_minor) as owed from journal_line
       where customer_id is not null group by customer_id),
     documents as (
       select customer_id, sum(case kind when 'INVOICE' then total_minor - paid_minor else - total_minor end) as owed
       from invoice group by customer_id)
     select * from ledger full join documents using (customer_id) where ledger.owed is distinct from documents.owed`,
  );

  expect(differences).toEqual([]);
});

test('an entry that does not balance is refused', async () => {
  const outcome = await attempt(
    company.accounting.runtime,
    `begin;
     insert into journal_entry values ('new', 'J-2026-999999', '2026-11-20', 'One-sided', now());
     insert into journal_line (entry_id, position, account_id, debit_minor)
       select 'new', 1, id, 100 from ledger_account where number = '1200';
     commit`,
  );

  expect(outcome).toEqual({ code: CHECK_VIOLATION, constraint: 'entry_balances' });
});

test('an entry without lines is refused', async () => {
  const outcome = await attempt(
    company.accounting.runtime,
    `insert into journal_entry values ('empty', 'J-2026-999998', '2026-11-20', 'Nothing', now())`,
  );

  expect(outcome).toEqual({ code: CHECK_VIOLATION, constraint: 'entry_balances' });
});

test('an entry over two currencies is refused', async () => {
  const outcome = await attempt(
    company.accounting.runtime,
    `begin;
     insert into journal_entry values ('mixed', 'J-2026-999997', '2026-11-20', 'Two currencies', now());
     insert into journal_line (entry_id, position, account_id, debit_minor)
       select 'mixed', 1, id, 100 from ledger_account where number = '1200';
     insert into journal_line (entry_id, position, account_id, credit_minor)
       select 'mixed', 2, id, 100 from ledger_account where number = '8401';
     commit`,
  );

  expect(outcome).toEqual({ code: CHECK_VIOLATION, constraint: 'entry_balances' });
});

test('even the owner cannot take a line out of a posted entry', async () => {
  const outcome = await attempt(company.accounting.owner, 'delete from journal_line where position = 2');

  expect(outcome).toEqual({ code: CHECK_VIOLATION, constraint: 'entry_balances' });
});

test.each([
  `update journal_entry set description = 'Something else'`,
  'update journal_line set debit_minor = debit_minor + 1 where debit_minor > 0',
  'delete from journal_line',
  'update invoice set total_minor = 1',
  'delete from payment',
])('the subgraph’s role of accounting may not: %s', async (statement) => {
  expect(await attempt(company.accounting.runtime, statement)).toMatchObject({
    code: INSUFFICIENT_PRIVILEGE,
  });
});

test('stock below what is reserved, or below zero, is refused', async () => {
  const shop = company.shop.runtime;

  expect([
    await attempt(shop, 'update product_variant set on_hand = reserved - 1 where reserved > 0'),
    await attempt(shop, 'update product_variant set on_hand = -1, reserved = -1'),
  ]).toEqual([
    { code: CHECK_VIOLATION, constraint: 'reserved_within_stock' },
    { code: CHECK_VIOLATION, constraint: 'product_variant_on_hand_check' },
  ]);
});

test('the next customer, order and document get the numbers after the last ones', async () => {
  const next = {
    customer: await rowsOf(company.crm.runtime, `select 'C-' || nextval('customer_number') as number`),
    orders: await rowsOf(
      company.shop.runtime,
      `select year from order_counter where not exists (
         select from customer_order where number = format('B-%s-%s', year, lpad(last::text, 6, '0')))`,
    ),
    invoices: await rowsOf(
      company.accounting.runtime,
      `select year from document_counter where kind = 'INVOICE' and not exists (
         select from invoice where number = format('R-%s-%s', year, lpad(last::text, 6, '0')))`,
    ),
  };

  expect(next).toEqual({ customer: [{ number: 'C-10041' }], orders: [], invoices: [] });
});

test('seeding again changes nothing', async () => {
  const before = await fingerprints(company);
  await seedCompany({ size: 'small', urls: ownerUrls(company) });

  expect(await fingerprints(company)).toEqual(before);
});

test('what was interrupted leaves nothing behind and is done by the next run', async () => {
  const fresh = await freshCompany('empty');
  try {
    // In the way of the last table that the CRM's seed writes.
    await rowsOf(fresh.crm.owner, 'alter table activity add constraint in_the_way check (false)');
    const first = seedCompany({ size: 'small', urls: ownerUrls(fresh) });
    await expect(first).rejects.toThrow('The data of crm could not be written.');
    expect(await rowsOf(fresh.crm.owner, 'select count(*)::int from customer')).toEqual([{ count: 0 }]);

    await rowsOf(fresh.crm.owner, 'alter table activity drop constraint in_the_way');
    await seedCompany({ size: 'small', urls: ownerUrls(fresh) });
    expect(await fingerprints(fresh)).toEqual(await fingerprints(company));
  } finally {
    await dropAll(fresh);
  }
});

/** A digest of all rows of each table, by system. */
async function fingerprints(databases: TestCompany): Promise<Readonly<Record<string, readonly object[]>>> {
  const digestsOf = (url: string): Promise<readonly object[]> =>
    withClient(url, async (client) => {
      const tables = await client.query<{ name: string }>(
        // When something was changed last is told by the number of a transaction, which is another each time.
        `select tablename as name from pg_tables where schemaname = 'public'
         and tablename not like 'kysely%' and tablename <> 'last_change' order by 1`,
      );
      const queries = tables.rows.map(
        ({ name }) =>
          `select '${name}' as table, count(*)::int, md5(string_agg(t::text, ',' order by t::text)) from ${name} t`,
      );
      return (await client.query<object>(queries.join(' union all '))).rows;
    });
  return {
    crm: await digestsOf(databases.crm.owner),
    accounting: await digestsOf(databases.accounting.owner),
    shop: await digestsOf(databases.shop.owner),
  };
}

async function dropAll(databases: TestCompany): Promise<void> {
  for (const database of Object.values(databases)) await database.drop();
}

async function rowsOf(url: string, query: string): Promise<readonly object[]> {
  return withClient(url, async (client) => (await client.query<object>(query)).rows);
}

/** What the database refuses, and by which constraint. */
async function attempt(url: string, statement: string): Promise<object | 'done'> {
  try {
    await rowsOf(url, statement);
    return 'done';
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const { code, constraint } = error;
    return constraint === undefined ? { code } : { code, constraint };
  }
}
