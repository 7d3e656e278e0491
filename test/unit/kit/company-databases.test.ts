/**
 * The databases that tests get: alone, migrated, and as closed as the real ones.
 */

import { freshDatabase } from '../../kit/company-databases.ts';
import { withClient } from '../../../tools/postgres/system-databases.ts';

test('two databases of one system have the same tables and not the same rows', async () => {
  const first = await freshDatabase('crm', 'empty');
  const second = await freshDatabase('crm', 'empty');

  await query(
    first.owner,
    "insert into employee (id, login, name, email, job_title) values ('emp_1', 'a', 'A', 'a@x', 'x')",
  );

  expect(await query(first.runtime, 'select id from employee')).toEqual([{ id: 'emp_1' }]);
  expect(await query(second.runtime, 'select id from employee')).toEqual([]);
  await Promise.all([first.drop(), second.drop()]);
});

test('a copy lets in neither another system nor DDL by the runtime role', async () => {
  const crm = await freshDatabase('crm', 'empty');
  const stranger = await freshDatabase('shop', 'empty');

  const elsewhere = Object.assign(new URL(stranger.runtime), {
    pathname: new URL(crm.runtime).pathname,
  }).href;
  await expect(query(elsewhere, 'select 1')).rejects.toMatchObject({ code: '42501' });
  await expect(query(crm.runtime, 'create table mine (n int)')).rejects.toMatchObject({ code: '42501' });
  await Promise.all([crm.drop(), stranger.drop()]);
});

async function query(url: string, sql: string): Promise<unknown> {
  return withClient(url, async (client) => (await client.query(sql)).rows);
}
