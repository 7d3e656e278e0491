/**
 * Gives each system its database and its three roles: the owner, who changes the schema, the runtime role of the subgraph
 * and the role of the worker, which may only connect here and use what the migrations grant them. Knows no table.
 */

import pg from 'pg';
import type { SystemName } from '../../schema/ownership.ts';
import { waitForTurn } from '../../subgraphs/kit/wait-for-turn.ts';

/** Where a system's data is, for each of the three that use it. */
export interface DatabaseUrls {
  /** Owns the schema: migrations and seeds. */
  readonly owner: string;
  /** The subgraph's own: no DDL, no other database. */
  readonly runtime: string;
  /** The worker's own, likewise: what is told to others, the subgraph cannot touch. */
  readonly worker: string;
}

export interface SystemPasswords {
  readonly owner: string;
  readonly runtime: string;
  /** Without one the subgraph's login is the worker's too, as before there was a role for it. */
  readonly worker?: string | undefined;
}

/** Those that own nothing: the subgraph's and the worker's. */
export type ProcessPart = Exclude<keyof DatabaseUrls, 'owner'>;

export const PROCESS_PARTS = ['runtime', 'worker'] as const satisfies readonly ProcessPart[];

/** A role has one right name per system, so that migrations can grant to it. */
export function roleOf(system: SystemName, part: keyof DatabaseUrls): string {
  return `${system}_${part}`;
}

/** Makes roles and database where they are missing and brings passwords and rights to what they must be. */
export async function provideDatabase(
  adminUrl: string,
  system: SystemName,
  passwords: SystemPasswords,
): Promise<DatabaseUrls> {
  await inTurn(adminUrl, async (admin) => {
    await provideRole(admin, roleOf(system, 'owner'), passwords.owner);
    await provideRole(admin, roleOf(system, 'runtime'), passwords.runtime);
    await provideWorkerRole(admin, system, passwords.worker);
    const found = await admin.query('select from pg_database where datname = $1', [system]);
    if (found.rowCount === 0)
      await admin.query(`create database ${quoteName(system)} owner ${quoteName(roleOf(system, 'owner'))}`);
    await closeDatabase(admin, system, system);
  });
  const urls = databaseUrls(adminUrl, { system, database: system, passwords });
  await inTurn(urls.owner, async (owner) => {
    await owner.query('revoke all on schema public from public');
    await owner.query(`grant usage on schema public to ${processRoles(system)}`);
  });
  return urls;
}

/**
 * For a database that somebody else provides: migrations grant to these roles, so they must exist, even where the
 * processes connect as others.
 * @throws what PostgreSQL says, and of which role, where one is missing and this connection may not make it.
 */
export async function provideProcessRoles(ownerUrl: string, system: SystemName): Promise<void> {
  await inTurn(ownerUrl, async (client) => {
    for (const role of PROCESS_PARTS.map((part) => roleOf(system, part))) {
      const found = await client.query('select from pg_roles where rolname = $1', [role]);
      if (found.rowCount === 0) await makeRole(client, role);
    }
    // It may have been closed to all but those that were known then. Who may not grant is only warned.
    const grant = `grant connect on database %I to ${processRoles(system)}`;
    await client.query(`do $$ begin execute format('${grant}', current_database()); end $$`);
  });
}

async function makeRole(client: pg.Client, role: string): Promise<void> {
  await client.query(`create role ${quoteName(role)} nologin`).catch((problem: unknown) => {
    const reason = problem instanceof Error ? problem.message : String(problem);
    throw new Error(`the role ${role} is missing and cannot be made: ${reason}`, { cause: problem });
  });
}

/** Nobody but the system's own roles may connect. A database made from a template starts open again: close it too. */
export async function closeDatabase(admin: pg.Client, system: SystemName, database: string): Promise<void> {
  await admin.query(`revoke all on database ${quoteName(database)} from public`);
  await admin.query(`grant connect on database ${quoteName(database)} to ${processRoles(system)}`);
}

/** Whether who connects has the rights of the role without asking for them. */
export function hasRole(url: string, role: string): Promise<boolean> {
  return withClient(url, async (client) => {
    const found = await client.query<{ has: boolean }>(
      `select pg_has_role(current_user, $1, 'usage') as has`,
      [role],
    );
    return found.rows[0]?.has === true;
  });
}

/** Shuts the server's own databases to all but the superuser. Only for a server that is ours alone. */
export async function closeServerDatabases(adminUrl: string): Promise<void> {
  await withClient(adminUrl, (admin) =>
    admin.query('revoke all on database postgres from public; revoke all on database template1 from public'),
  );
}

export function databaseUrls(
  adminUrl: string,
  { system, database, passwords }: { system: SystemName; database: string; passwords: SystemPasswords },
): DatabaseUrls {
  const urlOf = (part: keyof DatabaseUrls, password: string) =>
    urlFor(adminUrl, roleOf(system, part), password, database);
  const runtime = urlOf('runtime', passwords.runtime);
  const worker = passwords.worker === undefined ? runtime : urlOf('worker', passwords.worker);
  return { owner: urlOf('owner', passwords.owner), runtime, worker };
}

/** Opens one connection for the time of `work`. */
export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** As `withClient`, when nobody else changes what the database's roles may do. */
function inTurn(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  return withClient(url, async (client) => {
    await waitForTurn(client);
    await work(client);
  });
}

/** A name in SQL. */
export function quoteName(identifier: string): string {
  return pg.escapeIdentifier(identifier);
}

/** As SQL takes a list of them. */
function processRoles(system: SystemName): string {
  return PROCESS_PARTS.map((part) => quoteName(roleOf(system, part))).join(', ');
}

async function provideRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const found = await admin.query('select from pg_roles where rolname = $1', [role]);
  if (found.rowCount === 0) await admin.query(`create role ${quoteName(role)}`);
  await admin.query(
    `alter role ${quoteName(role)} with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${pg.escapeLiteral(password)}`,
  );
}

/** With a login of its own the subgraph's loses its rights, which else it has. */
async function provideWorkerRole(
  admin: pg.Client,
  system: SystemName,
  password: string | undefined,
): Promise<void> {
  const worker = roleOf(system, 'worker');
  const runtime = quoteName(roleOf(system, 'runtime'));
  if (password !== undefined) {
    await provideRole(admin, worker, password);
    await admin.query(`revoke ${quoteName(worker)} from ${runtime}`);
    return;
  }
  const found = await admin.query('select from pg_roles where rolname = $1', [worker]);
  if (found.rowCount === 0) await makeRole(admin, worker);
  await admin.query(`grant ${quoteName(worker)} to ${runtime}`);
}

function urlFor(adminUrl: string, role: string, password: string, database: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}
