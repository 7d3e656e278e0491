/**
 * What a system has said and heard, over real PostgreSQL: forgotten when it is old, and neither forgotten nor taken for
 * old before, whoever uses the role of the system's processes.
 */

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { openDatabase, type Database } from '../../subgraphs/kit/database.ts';
import { takeBackLost } from '../../subgraphs/kit/events/delivery.ts';
import { sweepEvents } from '../../subgraphs/kit/events/sweep-events.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { runAs } from '../kit/small-shop.ts';

let crm: TestDatabase;
let database: Database;

beforeAll(async () => {
  crm = await freshDatabase('crm', 'empty');
  database = openDatabase({ url: crm.runtime, applicationName: 'test' });
});
afterAll(async () => {
  await database?.destroy();
  await crm?.drop();
});

const NEW_EVENT = `insert into outbox (event_id, type, entity, entity_id, version, data`;

beforeEach(() =>
  runAs(
    crm.owner,
    `truncate outbox, inbox, reconciliation, copy_difference;
     ${NEW_EVENT}, relayed_at) values
       ('waits', 'customer.changed', 'Customer', 'cus', 1, '{}', null),
       ('relayed now', 'customer.changed', 'Customer', 'cus', 2, '{}', now()),
       ('relayed long ago', 'customer.changed', 'Customer', 'cus', 3, '{}', now() - interval '8 days');
     insert into inbox (source, event_id, type, outcome, received_at) values
       ('shop', 'now', 'order.placed', 'APPLIED', now()),
       ('shop', 'long ago', 'order.placed', 'APPLIED', now() - interval '31 days');
     insert into reconciliation (requested_by, repairs, finished_at) values
       ('now', false, now()), ('long ago', false, now() - interval '91 days');
     insert into copy_difference select id, 'shop', 'Order', 'ord', 'number' from reconciliation`,
  ),
);

test('what is old is forgotten, and with a comparison its differences', async () => {
  await sweepEvents(database);
  expect(await heldBy(crm.owner)).toEqual({
    said: ['relayed now', 'waits'],
    heard: ['now'],
    differences: ['now'],
  });
});

test('what is being delivered is not taken for lost, however long it takes, nor what has just been begun', async () => {
  const begun = await runAs(
    crm.owner,
    `insert into pgboss.job (name, data, state, started_on) values
       ('to-shop', '"in hand"', 'active', now() - interval '1 minute'),
       ('to-shop', '"lost"', 'active', now() - interval '1 minute'),
       ('to-shop', '"just begun"', 'active', now() - interval '20 seconds') returning id`,
  );
  expect(await takeBackLost(database, new Set([String(begun[0]?.['id'])]))).toBe(1);
  const states = await runAs(crm.owner, `select data, state::text from pgboss.job order by data::text`);
  expect(states).toEqual([
    { data: 'in hand', state: 'active' },
    { data: 'just begun', state: 'active' },
    { data: 'lost', state: 'retry' },
  ]);
});

test('nothing younger can be forgotten by the runtime role', async () => {
  await runAs(crm.runtime, 'delete from outbox');
  await runAs(crm.runtime, 'delete from inbox');
  expect(await heldBy(crm.owner)).toMatchObject({ said: ['relayed now', 'waits'], heard: ['now'] });
});

test.each([
  [
    'give an event out for relayed long ago',
    `update outbox set relayed_at = now() - interval '8 days' where event_id = 'waits'`,
  ],
  [
    'say something that was relayed already',
    `${NEW_EVENT}, relayed_at) values ('x', 'a', 'a', 'a', 1, '{}', now())`,
  ],
  [
    'have heard something long ago',
    `insert into inbox (source, event_id, type, outcome, received_at) values ('shop', 'x', 'a', 'APPLIED', '2000-01-01')`,
  ],
  ['forget what differs', 'delete from copy_difference'],
])('the runtime role cannot %s', async (_what, statement) => {
  await expect(runAs(crm.runtime, statement)).rejects.toMatchObject({ code: '42501' });
});

test('what is relayed does not wait again', async () => {
  await runAs(crm.runtime, `update outbox set relayed_at = null where event_id = 'relayed now'`);
  const [row] = await runAs(crm.owner, `select count(*)::integer from outbox where relayed_at is null`);
  expect(row).toEqual({ count: 1 });
});

async function heldBy(url: string): Promise<unknown> {
  const [held] = await runAs(
    url,
    `select (select array_agg(event_id order by event_id) from outbox) as said,
       (select array_agg(event_id order by event_id) from inbox) as heard,
       (select array_agg(requested_by order by requested_by)
        from copy_difference join reconciliation on id = reconciliation_id) as differences`,
  );
  return held;
}
