/**
 * Employees as the CRM's tables hold them.
 */

import { sql } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { byId } from '../../kit/loaders.ts';
import {
  countRows,
  readPage,
  type Keyset,
  type Listing,
  type Page,
  type PageRequest,
} from '../../kit/page.ts';
import { containsText } from '../../kit/search.ts';

export interface EmployeeRow {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
}

export const EMPLOYEES_BY_NAME: Keyset = {
  order: 'employees/NAME',
  column: 'name',
  type: 'text',
  direction: 'ASC',
};

const COLUMNS = sql`id, login, name, email, job_title`;

export async function readEmployees(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EmployeeRow>> {
  const { rows } = await sql<EmployeeRow>`
    select ${COLUMNS} from employee where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

/** The employee who signs in under this name; null if there is none. */
export async function findEmployeeByLogin(database: Database, login: string): Promise<EmployeeRow | null> {
  const { rows } = await sql<EmployeeRow>`select ${COLUMNS} from employee where login = ${login}`.execute(
    database,
  );
  return rows[0] ?? null;
}

export function pageEmployees(
  database: Database,
  search: string | undefined,
  request: PageRequest,
): Promise<Page<EmployeeRow>> {
  return readPage(database, listingOf(search), EMPLOYEES_BY_NAME, request);
}

export function countEmployees(database: Database, search: string | undefined): Promise<number> {
  return countRows(database, listingOf(search));
}

function listingOf(search: string | undefined): Listing {
  return {
    from: sql`employee`,
    columns: COLUMNS,
    where: search === undefined ? [] : [containsText(['name', 'email'], search)],
  };
}
