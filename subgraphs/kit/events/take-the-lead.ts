/**
 * Lets one worker of a system deliver at a time; others wait, ready to go on where it ends. Hears of every new row in
 * the outbox on the same connection, so that who has lost the lead does not even hear. Knows no event.
 */

import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { openImpatientSocket } from '../impatient-socket.ts';

export interface Lead {
  /** Resolves, with the reason, when the lead is lost: another may deliver from now on. */
  readonly lost: Promise<string>;
  readonly release: () => Promise<void>;
}

export interface LeadOptions {
  readonly databaseUrl: string;
  readonly onNotice: () => void;
  /** Ends the waiting. */
  readonly stop: AbortSignal;
  readonly betweenTriesMs: number;
}

/** A number of our own for PostgreSQL's advisory locks; the database is the system's, so it is enough. */
const LOCK = 7_301_966;
/** Less than a silent socket may live. */
const LOOKS_EVERY_MS = 5_000;

/** Undefined when it was stopped before it had the lead. Throws where the database cannot be reached. */
export async function takeTheLead({
  databaseUrl,
  onNotice,
  stop,
  betweenTriesMs,
}: LeadOptions): Promise<Lead | undefined> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'tributary-worker-lead',
    connectionTimeoutMillis: 3_000,
    // The database may have let go of whoever hears nothing of it, and given the lead to another.
    stream: () => openImpatientSocket(),
  });
  const lost = new Promise<string>((resolve) => {
    client.on('error', (error) => resolve(error.message));
    client.on('end', () => resolve('the connection ended'));
  });
  client.on('notification', onNotice);
  await client.connect();
  while (!stop.aborted) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      LOCK,
    ]);
    if (rows[0]?.taken === true) {
      await client.query('listen outbox');
      keepLooking(client, lost);
      return { lost, release: () => client.end() };
    }
    await pause(betweenTriesMs, undefined, { signal: stop }).catch(() => undefined);
  }
  await client.end();
  return undefined;
}

/** So that a connection that stands has something to say; what breaks it is told as the loss of the lead. */
function keepLooking(client: pg.Client, lost: Promise<string>): void {
  let timer: NodeJS.Timeout;
  const look = () => void client.query('select').then(lookLater, () => undefined);
  const lookLater = () => {
    timer = setTimeout(look, LOOKS_EVERY_MS);
  };
  lookLater();
  void lost.then(() => clearTimeout(timer));
}
