/**
 * One connection to PostgreSQL that hears of changes (`LISTEN changes`), asks now and then whether it still stands, and
 * knows up to which transaction it has heard everything. Knows no stream and does not come back when it is lost.
 */

import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { openImpatientSocket } from '../impatient-socket.ts';
import { changeOf, parseChange, type Change } from './change.ts';

export interface ListeningConnection {
  /** A transaction that it cannot see may not have been heard of. */
  readonly heardUpTo: () => string;
  /** What was changed by transactions that the snapshot does not see; undefined where that is too much to tell. */
  readonly readChangesSince: (snapshot: string) => Promise<readonly Change[] | undefined>;
  /** Resolves, with the reason, when it hears nothing any more. */
  readonly lost: Promise<string>;
  readonly end: () => Promise<void>;
}

export interface ListeningOptions {
  readonly databaseUrl: string;
  /** Shows in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly onChange: (change: Change) => void;
  /** How often it looks whether it still stands; 5 seconds if not given. Less than a silent socket may live. */
  readonly looksEveryMs?: number | undefined;
}

const MOST_CHANGES = 20_000;

/** Throws where the database cannot be reached. */
export async function openListeningConnection(options: ListeningOptions): Promise<ListeningConnection> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    connectionTimeoutMillis: 3_000,
    query_timeout: 10_000,
    stream: () => openImpatientSocket(),
  });
  const lost = new Promise<string>((resolve) => {
    client.on('error', (error) => resolve(error.message));
    client.on('end', () => resolve('the connection ended'));
  });
  client.on('notification', ({ payload }) => {
    const change = parseChange(payload);
    if (change !== undefined) options.onChange(change);
  });
  await client.connect();
  // In this order: what the snapshot sees was there before anybody listened.
  let heardUpTo = await readSnapshot(client);
  await client.query('listen changes');
  const look = async () => {
    let seen = heardUpTo;
    for await (const _tick of ticks(options.looksEveryMs ?? 5_000, lost)) {
      const now = await readSnapshot(client);
      // Only what was seen the last time: what was committed just now may still be on its way.
      heardUpTo = seen;
      seen = now;
    }
  };
  const end = () => client.end().catch(() => undefined);
  const broken = look().then(
    () => 'the connection ended',
    (error: unknown) => end().then(() => (error instanceof Error ? error.message : 'it does not answer')),
  );
  return {
    heardUpTo: () => heardUpTo,
    readChangesSince: (snapshot) => readChangesSince(client, snapshot),
    lost: Promise.race([lost, broken]),
    end,
  };
}

async function* ticks(everyMs: number, over: Promise<unknown>): AsyncGenerator<void> {
  const stop = new AbortController();
  void over.then(() => stop.abort());
  for (;;) {
    await pause(everyMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    if (stop.signal.aborted) return;
    yield;
  }
}

async function readSnapshot(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ now: string }>('select pg_current_snapshot()::text as now');
  return rows[0]?.now ?? '';
}

async function readChangesSince(client: pg.Client, snapshot: string): Promise<readonly Change[] | undefined> {
  const { rows } = await client.query<{ entity: string; entity_id: string; owner_id: string | null }>(
    `select entity, entity_id, owner_id from last_change
     where changed_by >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(changed_by, $1::pg_snapshot)
     order by changed_by limit ${MOST_CHANGES + 1}`,
    [snapshot],
  );
  if (rows.length > MOST_CHANGES) return undefined;
  return rows.flatMap((row) => changeOf(row.entity, row.entity_id, row.owner_id) ?? []);
}
