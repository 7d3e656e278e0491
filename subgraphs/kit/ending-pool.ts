/**
 * Connections to PostgreSQL that work for a request only as long as the request lasts: the statement that runs when it
 * ends is cancelled, and none begins after it but the rollback. Knows no table.
 */

import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';

import type { SpanAttributes } from '../../schema/contract/trace-span.ts';
import { endOfRequest, RequestEnded } from './request-end.ts';
import { databaseAttributes, traceStatement } from './telemetry/trace-statement.ts';

/** What came of a commit must be known, whoever waits. */
const COMMIT = /^commit\b/i;
const ROLLBACK = /^rollback\b/i;
/** SQLSTATE read_only_sql_transaction: the connection may stay so after the database takes changes again. */
const TAKES_NO_CHANGES = '25006';

/** What the query builder needs of a pool, over the given one. */
export function endingPool(pool: pg.Pool): PostgresPool {
  const attributes = databaseAttributes(pool.options.connectionString);
  return {
    options: pool.options,
    connect: async () => endingClient(await pool.connect(), pool.options, attributes),
    end: () => pool.end(),
  };
}

function endingClient(
  client: pg.PoolClient,
  options: pg.PoolOptions,
  attributes: SpanAttributes,
): PostgresPoolClient {
  let takesChanges = true;
  const tell = (error: unknown): never => {
    if (error instanceof Error && 'code' in error && error.code === TAKES_NO_CHANGES) takesChanges = false;
    throw error;
  };
  const query = (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    const send = () =>
      traceStatement(text, attributes, (traced): Promise<unknown> =>
        client.query(traced, [...parameters]).catch(tell),
      );
    const signal = endOfRequest();
    if (signal === undefined || ROLLBACK.test(text)) return send();
    if (signal.aborted) return Promise.reject(new RequestEnded());
    return COMMIT.test(text) ? send() : sendUntil(signal, send, () => cancel(client, options));
  };
  return {
    // Reason for the cast: the interface also allows cursors, which need a package that is not here.
    query: query as PostgresPoolClient['query'],
    release: (destroy) => client.release(takesChanges ? destroy : true),
  };
}

/** Settles only when no cancelling is under way any more: it must not hit the next statement of the connection. */
async function sendUntil<Result>(
  signal: AbortSignal,
  send: () => Promise<Result>,
  stop: () => Promise<void>,
): Promise<Result> {
  let stopping: Promise<void> | undefined;
  const onEnd = () => {
    stopping = stop();
  };
  signal.addEventListener('abort', onEnd, { once: true });
  try {
    return await send();
  } catch (error) {
    throw signal.aborted ? new RequestEnded() : error;
  } finally {
    signal.removeEventListener('abort', onEnd);
    await stopping;
  }
}

/** Over a connection of its own: all of the pool's may be held by what is to be cancelled. */
async function cancel(client: pg.PoolClient, options: pg.PoolOptions): Promise<void> {
  const processId = 'processID' in client ? Number(client.processID) : Number.NaN;
  if (Number.isNaN(processId)) return;
  const control = new pg.Client({ ...options, password: options.password });
  try {
    await control.connect();
    await control.query('select pg_cancel_backend($1)', [processId]);
  } catch {
    // The statement ends by itself then, at the latest by the database's own limit.
  } finally {
    await control.end().catch(() => undefined);
  }
}
