/**
 * Says that something has happened: a row in the outbox, written in the transaction of the effect, so that neither is
 * without the other. Knows no subscriber; the worker takes it from here.
 */

import { randomUUID } from 'node:crypto';

import { sql } from 'kysely';

import { EVENTS, type CompanyEvent, type EventType } from '../../../schema/contract/events.ts';
import type { Transaction } from '../database.ts';

/** An event that has no id and no time yet. */
export type NewEvent = {
  readonly [Type in EventType]: {
    readonly type: Type;
    /** The entity's; of which type it is, the event's type says. */
    readonly id: string;
    readonly version: number;
    readonly data: Extract<CompanyEvent, { readonly type: Type }>['data'];
  };
}[EventType];

/** Who is told again, because their copy differs. */
export interface Repair {
  readonly onlyTo: string;
}

/** `version` must grow with every change of the entity. Several go in one statement, in their order. */
export async function publishEvents(
  transaction: Transaction,
  events: readonly NewEvent[],
  repair?: Repair,
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(
    ({ type, id, version, data }) =>
      sql`(${newEventId()}, ${type}, ${EVENTS[type].entity}, ${id}, ${version}::integer,
        ${JSON.stringify(data)}::jsonb, ${repair?.onlyTo ?? null}, ${repair !== undefined})`,
  );
  await sql`
    insert into outbox (event_id, type, entity, entity_id, version, data, only_to, repairs)
    values ${sql.join(rows)}`.execute(transaction);
}

function newEventId(): string {
  return `evt_${randomUUID().replaceAll('-', '')}`;
}
