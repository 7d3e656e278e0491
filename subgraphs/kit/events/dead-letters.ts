/**
 * Events that could not be delivered: kept until a person sends them again or drops them, with their reason. Knows
 * neither delivery nor command line.
 */

import { sql } from 'kysely';

import type { CompanyEvent } from '../../../schema/contract/events.ts';
import type { Database, Transaction } from '../database.ts';
import type { StoredEvent } from './outbox-row.ts';

export interface DeadLetter extends StoredEvent {
  readonly id: bigint;
  readonly subscriber: string;
  readonly because: string;
  readonly attempts: number;
  readonly diedAt: Date;
}

export interface Death {
  readonly subscriber: string;
  readonly event: CompanyEvent;
  readonly because: string;
  readonly attempts: number;
}

/** Who settles dead letters, and why. */
export interface Settlement {
  readonly by: string;
  readonly why: string;
}

/** Gives false where it is on the list already. */
export async function addDeadLetter(
  database: Database,
  { subscriber, event, because, attempts }: Death,
): Promise<boolean> {
  const { id, type, entity, version, occurredAt, data, repairs = false } = event;
  const { rows } = await sql`
    insert into dead_letter (subscriber, event_id, type, entity, entity_id, version, occurred_at, data, repairs,
      because, attempts)
    values (${subscriber}, ${id}, ${type}, ${entity.type}, ${entity.id}, ${version}, ${occurredAt}::timestamptz,
      ${JSON.stringify(data)}::jsonb, ${repairs}, ${because}, ${attempts})
    on conflict do nothing returning id`.execute(database);
  return rows.length > 0;
}

const COLUMNS = sql`
  id, subscriber, event_id, type, entity, entity_id, version, occurred_at, data, repairs, because, attempts, died_at`;

/** Those that nobody has settled, oldest first. */
export async function listDeadLetters(database: Database, first: number): Promise<readonly DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select ${COLUMNS} from dead_letter where settled_at is null order by id limit ${first}`.execute(database);
  return rows;
}

/** Undefined settles all that are open. Gives how many were sent again; each goes to the one that did not get it. */
export async function replayDeadLetters(
  transaction: Transaction,
  ids: readonly bigint[] | undefined,
  settlement: Settlement,
): Promise<number> {
  const { rows } = await sql`
    with settled as (${settling('REPLAYED', ids, settlement)})
    insert into outbox (event_id, type, entity, entity_id, version, occurred_at, data, only_to, repairs)
    select event_id, type, entity, entity_id, version, occurred_at, data, subscriber, repairs from settled order by id
    returning sequence`.execute(transaction);
  return rows.length;
}

/** They are delivered to nobody any more. */
export async function dropDeadLetters(
  transaction: Transaction,
  ids: readonly bigint[] | undefined,
  settlement: Settlement,
): Promise<number> {
  const { rows } = await settling('DROPPED', ids, settlement).execute(transaction);
  return rows.length;
}

function settling(
  outcome: 'REPLAYED' | 'DROPPED',
  ids: readonly bigint[] | undefined,
  { by, why }: Settlement,
) {
  const chosen = ids === undefined ? sql`true` : sql`id = any(${ids.map(String)}::bigint[])`;
  return sql<DeadLetter>`
    update dead_letter set settlement = ${outcome}, settled_by = ${by}, settled_why = ${why}, settled_at = now()
    where settled_at is null and ${chosen} returning ${COLUMNS}`;
}
