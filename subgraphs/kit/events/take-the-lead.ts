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
  /** Another role than the worker's has the lead, as none should: nothing is delivered until it lets go. */
  readonly onForeignLead: (role: string) => void;
  /** Ends the waiting. */
  readonly stop: AbortSignal;
  readonly betweenTriesMs: number;
}

/** A number of our own for PostgreSQL's advisory locks; the database is the system's, so it is enough. */
export const LEAD_LOCK = 7_301_966;
/** Whoever may log in can take the lock: no right is asked for. Of several who share it one is told. */
const TRY = `
  select pg_try_advisory_lock($1) as taken, (
    select min(usename::text) from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and classid = 0 and objid = $1 and datname = current_database()
      and usename <> current_user
  ) as foreigner`;
/** Less than a silent socket may live. */
const LOOKS_EVERY_MS = 5_000;

/** Undefined when it was stopped before it had the lead. Throws where the database cannot be reached. */
export async function takeTheLead({
  databaseUrl,
  onNotice,
  onForeignLead,
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
  let told: string | null = null;
  while (!stop.aborted) {
    const { taken, foreigner } = await tryOnce(client);
    if (taken) {
      await client.query('listen outbox');
      keepLooking(client, lost);
      return { lost, release: () => client.end() };
    }
    if (foreigner !== null && foreigner !== told) onForeignLead(foreigner);
    told = foreigner;
    await pause(betweenTriesMs, undefined, { signal: stop }).catch(() => undefined);
  }
  await client.end();
  return undefined;
}

interface Tried {
  readonly taken: boolean;
  readonly foreigner: string | null;
}

async function tryOnce(client: pg.Client): Promise<Tried> {
  const { rows } = await client.query<Tried>(TRY, [LEAD_LOCK]);
  return rows[0] ?? { taken: false, foreigner: null };
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
