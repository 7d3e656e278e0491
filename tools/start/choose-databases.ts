/**
 * Which database each system uses: the one that the environment names, else one in the embedded PostgreSQL. Knows the
 * variables; makes roles and databases, but no tables.
 */

import type { SystemName } from '../../schema/ownership.ts';
import { postgresUrl } from '../../subgraphs/kit/environment-types.ts';
import { CommandRefused } from '../command-refused.ts';
import { findRunningCluster, type EmbeddedCluster } from '../postgres/embedded-cluster.ts';
import {
  closeServerDatabases,
  databaseUrls,
  provideDatabase,
  provideRuntimeRole,
  hasRole,
  roleOf,
  withClient,
  type DatabaseUrls,
} from '../postgres/system-databases.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';

export type CompanyDatabases = Readonly<Record<SystemName, DatabaseUrls>>;
type GivenDatabases = Readonly<Record<SystemName, DatabaseUrls | undefined>>;

/** What `<SYSTEM>_DATABASE_URL` and `<SYSTEM>_OWNER_DATABASE_URL` say; without an owner's URL one role does both. @throws CommandRefused */
export function readGivenDatabases(environment: NodeJS.ProcessEnv): GivenDatabases {
  const given = (system: SystemName): DatabaseUrls | undefined => {
    const runtime = readPostgresUrl(environment, runtimeVariable(system));
    if (runtime === undefined) return undefined;
    const owner = readPostgresUrl(environment, `${system.toUpperCase()}_OWNER_DATABASE_URL`);
    return { runtime, owner: owner ?? runtime };
  };
  return { crm: given('crm'), accounting: given('accounting'), shop: given('shop') };
}

/** Undefined where it is not set, or empty. @throws CommandRefused where it is another kind of address. */
export function readPostgresUrl(environment: NodeJS.ProcessEnv, variable: string): string | undefined {
  const url = environment[variable];
  if (url === undefined || url === '') return undefined;
  const { error } = postgresUrl('').safeParse(url);
  if (error !== undefined) throw new CommandRefused(`${variable} ${error.issues[0]?.message ?? ''}.`);
  return url;
}

export function needsEmbedded(given: GivenDatabases): boolean {
  return SYSTEM_NAMES.some((system) => given[system] === undefined);
}

/** `cluster` is needed where a system has no given database. */
export async function provideDatabases(
  given: GivenDatabases,
  cluster: EmbeddedCluster | undefined,
): Promise<CompanyDatabases> {
  if (cluster !== undefined) await closeServerDatabases(cluster.adminUrl);
  // One after another: roles live in tables that all databases of a server share.
  return {
    crm: await provideOne('crm', given, cluster),
    accounting: await provideOne('accounting', given, cluster),
    shop: await provideOne('shop', given, cluster),
  };
}

/** The same addresses for a cluster that somebody else has prepared. */
export function embeddedDatabase(system: SystemName, cluster: EmbeddedCluster): DatabaseUrls {
  return databaseUrls(cluster.adminUrl, {
    system,
    database: system,
    passwords: passwordsOf(system, cluster),
  });
}

/** The runtime role's address of a database that somebody else runs now; undefined where nothing is running. */
export async function findSystemDatabase(
  system: SystemName,
  home: { readonly environment: NodeJS.ProcessEnv; readonly clusterFolder: string },
): Promise<string | undefined> {
  const given = readGivenDatabases(home.environment)[system];
  if (given !== undefined) return given.runtime;
  const cluster = await findRunningCluster(home.clusterFolder);
  return cluster === undefined ? undefined : embeddedDatabase(system, cluster).runtime;
}

/**
 * Makes sure that migrations can grant, and that the subgraph gets what they grant: else it would start and never be
 * ready. @throws CommandRefused that names the variable.
 */
export async function provideGivenDatabase(system: SystemName, urls: DatabaseUrls): Promise<void> {
  const runtime = runtimeVariable(system);
  await provideRuntimeRole(urls.owner, system).catch((problem: unknown) =>
    refuse(ownerVariable(system, urls), problem),
  );
  // Who owns the tables needs no grant.
  if (new URL(urls.owner).username === new URL(urls.runtime).username) return;
  const role = roleOf(system, 'runtime');
  const isMember = await hasRole(urls.runtime, role).catch((problem: unknown) => refuse(runtime, problem));
  if (isMember) return;
  const problem = `its role does not inherit from ${role}, which may read the tables; grant ${role} to it`;
  refuse(runtime, new Error(problem));
}

/**
 * Looks, and changes nothing, so that what is wrong with the last system's addresses is said before the first one's
 * tables are touched. @throws CommandRefused that names the variable.
 */
export async function checkGivenDatabase(system: SystemName, urls: DatabaseUrls): Promise<void> {
  await checkTakesChanges(urls.owner).catch((problem: unknown) =>
    refuse(ownerVariable(system, urls), problem),
  );
  await withClient(urls.runtime, (client) => client.query('select')).catch((problem: unknown) =>
    refuse(runtimeVariable(system), problem),
  );
}

async function checkTakesChanges(ownerUrl: string): Promise<void> {
  const { rows } = await withClient(ownerUrl, (client) =>
    client.query<{ transaction_read_only: string }>('show transaction_read_only'),
  );
  if (rows[0]?.transaction_read_only === 'on') throw new Error('it takes no changes (read-only)');
}

function runtimeVariable(system: SystemName): string {
  return `${system.toUpperCase()}_DATABASE_URL`;
}

function ownerVariable(system: SystemName, { owner, runtime }: DatabaseUrls): string {
  return owner === runtime ? runtimeVariable(system) : `${system.toUpperCase()}_OWNER_DATABASE_URL`;
}

function refuse(variable: string, problem: unknown): never {
  const reason = problem instanceof Error ? problem.message : String(problem);
  throw new CommandRefused(`The database in ${variable} cannot be used: ${reason}`, problem);
}

async function provideOne(
  system: SystemName,
  given: GivenDatabases,
  cluster: EmbeddedCluster | undefined,
): Promise<DatabaseUrls> {
  const urls = given[system];
  if (urls !== undefined) {
    await provideGivenDatabase(system, urls);
    return urls;
  }
  if (cluster === undefined) throw new Error(`${system} has no database.`);
  return provideDatabase(cluster.adminUrl, system, passwordsOf(system, cluster));
}

function passwordsOf(
  system: SystemName,
  cluster: EmbeddedCluster,
): { readonly owner: string; readonly runtime: string } {
  return {
    owner: cluster.passwordOf(roleOf(system, 'owner')),
    runtime: cluster.passwordOf(roleOf(system, 'runtime')),
  };
}
