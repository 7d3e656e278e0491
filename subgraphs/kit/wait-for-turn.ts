/**
 * Lets one at a time change the tables, roles and rights of a database: of two who look for the same thing, make it or
 * grant it at once, PostgreSQL refuses one. Knows no table.
 */

import type pg from 'pg';

/** A number of our own for PostgreSQL's advisory locks, other than that of the workers' lead. */
const LOCK = 7_301_967;

/** The turn lasts until the connection ends, however it does. */
export async function waitForTurn(client: pg.Client): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [LOCK]);
}
