/**
 * Forgets what nobody will ask for any more. What was received is remembered ten times as long as a sender of ours
 * tries again, so that nothing that comes late takes effect twice.
 */

import { sql } from 'kysely';

import type { Database } from '../database.ts';

export const INBOX_DAYS = 30;
/** For who wants to look up what was said. */
const OUTBOX_DAYS = 7;
const RECONCILIATION_DAYS = 90;
/** So that no lock lasts. */
const MOST_AT_ONCE = 5_000;

export async function sweepEvents(database: Database): Promise<void> {
  await untilNoneIsLeft(
    () => sql`
      delete from inbox where ctid = any(array(select ctid from inbox
        where received_at < now() - make_interval(days => ${INBOX_DAYS}) limit ${MOST_AT_ONCE})) returning 1`,
    database,
  );
  await untilNoneIsLeft(
    () => sql`
      delete from outbox where ctid = any(array(select ctid from outbox
        where relayed_at < now() - make_interval(days => ${OUTBOX_DAYS}) limit ${MOST_AT_ONCE})) returning 1`,
    database,
  );
  await sql`
    delete from reconciliation where finished_at < now() - make_interval(days => ${RECONCILIATION_DAYS})`.execute(
    database,
  );
}

async function untilNoneIsLeft(statement: () => ReturnType<typeof sql>, database: Database): Promise<void> {
  for (;;) {
    const { rows } = await statement().execute(database);
    if (rows.length < MOST_AT_ONCE) return;
  }
}
