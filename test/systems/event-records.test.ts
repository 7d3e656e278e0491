/**
 * What a system has said and heard, over real PostgreSQL: forgotten when it is old, and neither forgotten nor taken for
 * old before, whoever uses the role of a process. What the worker does with it, the subgraph cannot.
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
  database = openDatabase({ url: crm.worker, applicationName: 'test' });
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

test('nothing younger can be forgotten by the worker', async () => {
  await runAs(crm.worker, 'delete from outbox');
  await runAs(crm.worker, 'delete from inbox');
  expect(await heldBy(crm.owner)).toMatchObject({ said: ['relayed now', 'waits'], heard: ['now'] });
});

test.each([
  ['see what was said', 'select type from outbox'],
  ['give out for relayed what waits', 'update outbox set relayed_at = now()'],
  ['forget what was said', 'delete from outbox'],
  [
    'say something that was relayed already',
    `${NEW_EVENT}, relayed_at) values ('x', 'a', 'a', 'a', 1, '{}', now())`,
  ],
  [
    'say something as of another time',
    `${NEW_EVENT}, occurred_at) values ('x', 'a', 'a', 'a', 1, '{}', '2000-01-01')`,
  ],
  ['forget what was heard', 'delete from inbox'],
  [
    'have heard something long ago',
    `insert into inbox (source, event_id, type, outcome, received_at) values ('shop', 'x', 'a', 'APPLIED', '2000-01-01')`,
  ],
  ['see what could not be delivered', 'select type from dead_letter'],
  ['give up a delivery', `insert into dead_letter (subscriber) values ('shop')`],
  ['settle what could not be delivered', `update dead_letter set settlement = 'DROPPED'`],
  ['see comparisons', 'select id from reconciliation'],
  ['ask for a comparison', `insert into reconciliation (requested_by, repairs) values ('x', true)`],
  ['end a comparison', 'update reconciliation set finished_at = now()'],
  ['forget a comparison', 'delete from reconciliation'],
  ['see what differs', 'select field from copy_difference'],
  ['say what differs', `insert into copy_difference values (1, 'shop', 'Order', 'ord', 'x')`],
  ['see what waits for delivery', 'select name from pgboss.job'],
  ['have something delivered', `insert into pgboss.job (name) values ('to-shop')`],
  ['put off what waits for delivery', 'update pgboss.job set start_after = now()'],
  ['drop what waits for delivery', 'delete from pgboss.job'],
  ['drop it where it is kept', 'delete from pgboss.job_common'],
  ['change a queue', 'update pgboss.queue set dead_letter = null'],
  ['give the queues out for older', 'update pgboss.version set version = 1'],
  ['be taken for a worker', 'update pgboss.instance set name = null'],
  ['warn of the queues', `insert into pgboss.warning (type) values ('x')`],
  ['forget what waits for what', 'delete from pgboss.job_dependency'],
])('the subgraph’s role cannot %s', async (_what, statement) => {
  await expect(runAs(crm.runtime, statement)).rejects.toMatchObject({ code: '42501' });
});

test.each([
  [
    'give an event out for relayed long ago',
    `update outbox set relayed_at = now() - interval '8 days' where event_id = 'waits'`,
  ],
  ['change what was said', `update outbox set data = '{}'`],
  ['hear', `insert into inbox (source, event_id, type, outcome) values ('shop', 'x', 'a', 'APPLIED')`],
  ['change what was adopted', 'update adopted_version set version = 0'],
  ['forget what differs', 'delete from copy_difference'],
  ['forget a dead letter', 'delete from dead_letter'],
  ['see a customer', 'select name from customer'],
  ['change a customer', `update customer set name = 'x'`],
  ['see the answers of mutations', 'select answer from idempotency_record'],
  ['make or drop what holds deliveries', 'drop table pgboss.job_common'],
])('the worker’s role cannot %s', async (_what, statement) => {
  await expect(runAs(crm.worker, statement)).rejects.toMatchObject({ code: '42501' });
});

test('what is relayed does not wait again', async () => {
  await runAs(crm.worker, `update outbox set relayed_at = null where event_id = 'relayed now'`);
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
