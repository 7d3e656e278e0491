/**
 * A system's own PostgreSQL: one pool with the runtime role, types that lose nothing (bigint as bigint, days as
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

export interface DatabaseOptions {
  /** `postgres://…` with the credentials of the runtime role. */
  readonly url: string;
  /** Shows in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly maxConnections?: number;
  /** After which PostgreSQL ends a statement; 10 seconds if not given. */
  readonly statementTimeoutMs?: number;
  /** Hears of every statement that was sent, with its duration. */
  readonly onStatement?: (sql: string, durationMs: number) => void;
  /** Hears of a connection that broke while nobody used it. */
  readonly onIdleError?: (error: Error) => void;
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
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: 15_000,
    types: { getTypeParser },
  });
  // Without a listener, node would end the process when an idle connection breaks.
  pool.on('error', (error) => options.onIdleError?.(error));
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
