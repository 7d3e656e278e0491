/**
 * Forgets idempotency keys that nobody will send again, a batch at a time, by the database's own clock. Several
 * processes may do so at once. Knows no mutation.
 */

import { sql } from 'kysely';
import type { Logger } from 'pino';

import type { Database } from './database.ts';

/** The database lets nobody forget a younger one; events are retried for three days. */
export const SHORTEST_RETENTION_DAYS = 4;

const EVERY_MS = 60 * 60 * 1000;
/** So that no lock lasts and no statement comes near its time limit. */
const BATCH = 1_000;

/** Gives how many were forgotten. */
export async function forgetOldKeys(database: Database, retentionDays: number): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const { rows } = await sql`
      delete from idempotency_record where ctid = any(array(
        select ctid from idempotency_record
        where created_at < now() - make_interval(days => ${retentionDays}) limit ${BATCH}))
      returning 1`.execute(database);
    forgotten += rows.length;
    if (rows.length === 0) return forgotten;
  }
}

export interface Forgetting {
  /** Waits for the batch that runs. */
  readonly stop: () => Promise<void>;
}

/** Now and every hour; does not keep the process alive. What fails is logged and tried again an hour later. */
export function keepForgettingKeys(database: Database, retentionDays: number, log: Logger): Forgetting {
  let running = Promise.resolve();
  const run = () => {
    running = running.then(async () => {
      const forgotten = await forgetOldKeys(database, retentionDays);
      if (forgotten > 0) log.info({ forgotten }, 'old idempotency keys were forgotten');
    });
    running = running.catch((error: unknown) => {
      log.warn({ err: error }, 'old idempotency keys could not be forgotten');
    });
  };
  run();
  const timer = setInterval(run, EVERY_MS).unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
