/**
 * Adopts what happened in another system: once, never after something later, and in one transaction with its effect.
 * Knows neither HTTP nor what the effect is.
 */

import { sql } from 'kysely';

import type { CompanyEvent, EventType } from '../../../schema/contract/events.ts';
import type { Database, Transaction } from '../database.ts';
import { KnownError } from '../known-error.ts';

/** Throws EVENT_TOO_EARLY when it needs something that is not here yet, another KnownError when it can never be. */
export type AdoptEvent<Type extends EventType> = (
  transaction: Transaction,
  event: Extract<CompanyEvent, { readonly type: Type }>,
) => Promise<void>;

export type Adopters = { readonly [Type in EventType]?: AdoptEvent<Type> };

/** `superseded`: something later was adopted before. `repeated`: it was adopted already. */
export type Adoption = 'applied' | 'superseded' | 'repeated';

/** Throws what the adopter throws, EVENT_REFUSED where nobody here adopts events of this type. */
export function adoptEvent(
  database: Database,
  adopters: Adopters,
  { source, event }: { readonly source: string; readonly event: CompanyEvent },
): Promise<Adoption> {
  const adopt = adopterOf(adopters, event);
  return database.transaction().execute(async (transaction) => {
    const isLatest = await takeVersion(transaction, event);
    const outcome = isLatest ? 'applied' : 'superseded';
    const isNew = await recordReceipt(transaction, { source, id: event.id, type: event.type, outcome });
    if (!isNew) return 'repeated';
    if (isLatest) await adopt(transaction);
    return outcome;
  });
}

export interface Receipt {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly outcome: 'applied' | 'superseded';
  /** Of what a foreign system reports. */
  readonly contentHash?: Buffer;
}

/** False for what was received before. Who receives the same at the same moment waits for how the first one ends. */
export async function recordReceipt(
  transaction: Transaction,
  { source, id, type, outcome, contentHash }: Receipt,
): Promise<boolean> {
  const { rows } = await sql`
    insert into inbox (source, event_id, type, outcome, content_hash)
    values (${source}, ${id}, ${type}, ${outcome.toUpperCase()}, ${contentHash ?? null})
    on conflict do nothing returning event_id`.execute(transaction);
  return rows.length > 0;
}

/** Whether something else was received under this id before; false also where nobody knows any more what it was. */
export async function saysSomethingElse(
  transaction: Transaction,
  { source, id, contentHash }: Pick<Receipt, 'source' | 'id' | 'contentHash'>,
): Promise<boolean> {
  const { rows } = await sql`
    select from inbox where source = ${source} and event_id = ${id} and content_hash <> ${contentHash ?? null}`.execute(
    transaction,
  );
  return rows.length > 0;
}

/** Says that what the event builds on is still under way: the sender tries again. */
export function tooEarly(reason: string): KnownError {
  return new KnownError('EVENT_TOO_EARLY', { reason });
}

function adopterOf(adopters: Adopters, event: CompanyEvent): (transaction: Transaction) => Promise<void> {
  // Reason for the cast: the adopter that stands under the event's type takes events of that type.
  const adopt = adopters[event.type] as AdoptEvent<EventType> | undefined;
  if (adopt === undefined) throw new KnownError('EVENT_REFUSED', { reason: 'Nobody here adopts this.' });
  return (transaction) => adopt(transaction, event);
}

/** Holds the entity's row until the end, so that two events of one entity never mix. */
async function takeVersion(
  transaction: Transaction,
  { entity, version, id, repairs }: CompanyEvent,
): Promise<boolean> {
  const isOlder =
    repairs === true
      ? sql`adopted_version.version <= excluded.version`
      : sql`adopted_version.version < excluded.version`;
  const { rows } = await sql`
    insert into adopted_version (entity, entity_id, version, event_id)
    values (${entity.type}, ${entity.id}, ${version}, ${id})
    on conflict (entity, entity_id) do update
      set version = excluded.version, event_id = excluded.event_id, adopted_at = now()
      where ${isOlder}
    returning version`.execute(transaction);
  return rows.length > 0;
}
