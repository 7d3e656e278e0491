/**
 * A system's own PostgreSQL: one pool with the role of the process, types that lose nothing (bigint as bigint, days as
 * text, decimals as text), and limits so that no statement runs for ever. Knows no table.
 */

import {
  CamelCasePlugin,
  Kysely,
  PostgresDialect,
  type KyselyConfig,
  type LogEvent,
  type Transaction as AnyTransaction,
} from 'kysely';
import pg from 'pg';

import { endingPool } from './ending-pool.ts';
import { openImpatientSocket } from './impatient-socket.ts';
import type { PoolCounts } from './telemetry/subgraph-metrics.ts';

export interface DatabaseOptions {
  /** `postgres://…` with the credentials of the process's role. */
  readonly url: string;
  /** Shows in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly maxConnections?: number;
  /** For so long a request waits for a connection; 3 seconds if not given. */
  readonly connectWithinMs?: number;
  /** After which PostgreSQL ends a statement; 10 seconds if not given. */
  readonly statementTimeoutMs?: number;
  /** Hears of every statement that was sent, with its duration. */
  readonly onStatement?: ((sql: string, durationMs: number) => void) | undefined;
  /** Gets the pool, to count its connections. */
  readonly onPool?: ((pool: PoolCounts) => void) | undefined;
  /** Hears of a connection that broke, also where no statement was under way that could say so. */
  readonly onIdleError?: (error: Error) => void;
  /** After so long without a byte a connection is given up; 15 seconds if not given. More than a statement may take. */
  readonly mostSilentMs?: number;
}

const INT8 = 20;
const DATE = 1082;

/** Statements are written as SQL (kysely's `sql` tag), so the database needs no table types. */
export type Database = Kysely<unknown>;

/** What writes takes one of these, so that it cannot be called outside of a transaction. */
export type Transaction = AnyTransaction<unknown>;

export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnections ?? 8,
    connectionTimeoutMillis: options.connectWithinMs ?? 3_000,
    // Before its silence counts against it.
    idleTimeoutMillis: 10_000,
    statement_timeout: options.statementTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: 15_000,
    types: { getTypeParser },
    stream: () => openImpatientSocket(options.mostSilentMs),
  });
  options.onPool?.(pool);
  // Without listeners, node would end the process when a connection breaks: the pool hears of one that lies idle,
  // and nobody of one that somebody holds between two statements of a transaction.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', (error) => options.onIdleError?.(error)));
  return new Kysely({
    dialect: new PostgresDialect({ pool: endingPool(pool) }),
    // Columns are snake_case in SQL and camelCase in rows, as the fields of the schema are.
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    ...statementLog(options),
  });
}

function statementLog({ onStatement }: DatabaseOptions): Pick<KyselyConfig, 'log'> {
  if (onStatement === undefined) return {};
  return { log: (event: LogEvent) => onStatement(event.query.sql, event.queryDurationMillis) };
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8) return BigInt;
  // A day has no time zone; pg would make it midnight of the machine's own.
  if (oid === DATE) return String;
  // Reason for the cast: @types/pg types the parser by format; we only ever ask for text.
  return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
}
