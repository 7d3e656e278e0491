/**
 * Hands what the outbox holds to the queues of all who are told, in one transaction: an event is in the one or in the
 * other, never in neither. Knows no HTTP.
 */

import { sql } from 'kysely';
import { fromKysely, type PgBoss } from 'pg-boss';

import { EVENTS, type CompanyEvent } from '../../../schema/contract/events.ts';
import { isSystemName, type SystemName } from '../../../schema/ownership.ts';
import type { Database, Transaction } from '../database.ts';
import { queueOf, type RetrySchedule } from './event-queues.ts';
import { envelopeOf, type StoredEvent } from './outbox-row.ts';

const MOST_AT_ONCE = 200;

interface OutboxRow extends StoredEvent {
  readonly sequence: bigint;
  readonly onlyTo: string | null;
}

/** Gives who has something to be delivered; empty when nothing was left. */
export function relayOutbox(
  database: Database,
  boss: PgBoss,
  schedule: RetrySchedule,
): Promise<ReadonlySet<SystemName>> {
  return database.transaction().execute(async (transaction) => {
    const rows = await takeRows(transaction);
    const told = Map.groupBy(
      rows.flatMap((row) => receiversOf(row).map((subscriber) => ({ subscriber, event: envelopeOf(row) }))),
      ({ subscriber }) => subscriber,
    );
    for (const [subscriber, deliveries] of told) {
      const jobs = deliveries.map(({ event }) => jobOf(event, schedule));
      await boss.insert(queueOf(subscriber), jobs, { db: fromKysely(transaction) });
    }
    await markRelayed(transaction, rows);
    return new Set(told.keys());
  });
}

/** Until the outbox is empty; gives who was told something. */
export async function emptyOutbox(
  database: Database,
  boss: PgBoss,
  schedule: RetrySchedule,
): Promise<ReadonlySet<SystemName>> {
  const all = new Set<SystemName>();
  for (;;) {
    for (const subscriber of await relayOutbox(database, boss, schedule)) all.add(subscriber);
    const { rows } = await sql`select from outbox where relayed_at is null limit 1`.execute(database);
    if (rows.length === 0) return all;
  }
}

async function takeRows(transaction: Transaction): Promise<readonly OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    select sequence, event_id, type, entity, entity_id, version, occurred_at, data, only_to, repairs
    from outbox where relayed_at is null order by sequence limit ${MOST_AT_ONCE} for update`.execute(
    transaction,
  );
  return rows;
}

function receiversOf({ type, onlyTo }: OutboxRow): readonly SystemName[] {
  if (onlyTo !== null) return isSystemName(onlyTo) ? [onlyTo] : [];
  // Reason for the cast: only `publishEvents` writes these rows, from events of the contract.
  return EVENTS[type as CompanyEvent['type']].adoptedBy;
}

function jobOf(event: CompanyEvent, { firstDelayS, longestDelayS, retries }: RetrySchedule) {
  return {
    data: event,
    retryLimit: retries,
    retryDelay: firstDelayS,
    retryBackoff: true,
    retryDelayMax: longestDelayS,
  };
}

async function markRelayed(transaction: Transaction, rows: readonly OutboxRow[]): Promise<void> {
  await sql`
    update outbox set relayed_at = now()
    where sequence = any(${rows.map(({ sequence }) => String(sequence))}::bigint[])`.execute(transaction);
}
