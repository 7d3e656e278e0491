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
  PROCESS_PARTS,
  provideDatabase,
  provideProcessRoles,
  hasRole,
  roleOf,
  withClient,
  type DatabaseUrls,
  type ProcessPart,
  type SystemPasswords,
} from '../postgres/system-databases.ts';
import { bySystem, SYSTEM_NAMES } from '../systems/system-names.ts';

export type CompanyDatabases = Readonly<Record<SystemName, DatabaseUrls>>;
type GivenDatabases = Readonly<Record<SystemName, DatabaseUrls | undefined>>;

const SUFFIXES = {
  owner: '_OWNER_DATABASE_URL',
  runtime: '_DATABASE_URL',
  worker: '_WORKER_DATABASE_URL',
} as const;

/** What the variables say; owner and worker use the subgraph's URL where they have none. @throws CommandRefused */
export function readGivenDatabases(environment: NodeJS.ProcessEnv): GivenDatabases {
  const given = (system: SystemName): DatabaseUrls | undefined => {
    const read = (part: keyof DatabaseUrls) => readPostgresUrl(environment, databaseVariable(system, part));
    const runtime = read('runtime');
    if (runtime === undefined) return undefined;
    return { runtime, owner: read('owner') ?? runtime, worker: read('worker') ?? runtime };
  };
  return bySystem(SYSTEM_NAMES.map(given));
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
  const provided: DatabaseUrls[] = [];
  for (const system of SYSTEM_NAMES) provided.push(await provideOne(system, given, cluster));
  return bySystem(provided);
}

export function ownerUrls(databases: CompanyDatabases): Readonly<Record<SystemName, string>> {
  return bySystem(SYSTEM_NAMES.map((system) => databases[system].owner));
}

/** The same addresses for a cluster that somebody else has prepared. */
export function embeddedDatabase(system: SystemName, cluster: EmbeddedCluster): DatabaseUrls {
  return databaseUrls(cluster.adminUrl, {
    system,
    database: system,
    passwords: passwordsOf(system, cluster),
  });
}

/** The worker's address of a database that somebody else runs now; undefined where nothing is running. */
export async function findSystemDatabase(
  system: SystemName,
  home: { readonly environment: NodeJS.ProcessEnv; readonly clusterFolder: string },
): Promise<string | undefined> {
  const read = (part: ProcessPart) => readPostgresUrl(home.environment, databaseVariable(system, part));
  const given = read('worker') ?? read('runtime');
  if (given !== undefined) return given;
  const cluster = await findRunningCluster(home.clusterFolder);
  return cluster === undefined ? undefined : embeddedDatabase(system, cluster).worker;
}

/**
 * Makes sure that migrations can grant, and that the processes that are to run get what they grant: else they would start
 * and never be ready. @throws CommandRefused that names the variable.
 */
export async function provideGivenDatabase(
  system: SystemName,
  urls: DatabaseUrls,
  processes: readonly ProcessPart[],
): Promise<void> {
  await provideProcessRoles(urls.owner, system).catch((problem: unknown) =>
    refuse(givenBy(system, urls, 'owner'), problem),
  );
  for (const part of processes) await checkHasRights(system, urls, part);
}

async function checkHasRights(system: SystemName, urls: DatabaseUrls, part: ProcessPart): Promise<void> {
  // Who owns the tables needs no grant.
  if (new URL(urls.owner).username === new URL(urls[part]).username) return;
  const role = roleOf(system, part);
  const variable = givenBy(system, urls, part);
  if (await hasRole(urls[part], role).catch((problem: unknown) => refuse(variable, problem))) return;
  const own = databaseVariable(system, part);
  const remedy = variable === own ? '' : `, or name a login that has it in ${own}`;
  const needs = `which the ${part === 'worker' ? 'worker' : 'subgraph'} needs`;
  refuse(
    variable,
    new Error(`its role does not inherit from ${role}, ${needs}; grant ${role} to it${remedy}`),
  );
}

/**
 * Looks, and changes nothing, so that what is wrong with the last system's addresses is said before the first one's
 * tables are touched. @throws CommandRefused that names the variable.
 */
export async function checkGivenDatabase(system: SystemName, urls: DatabaseUrls): Promise<void> {
  await checkTakesChanges(urls.owner).catch((problem: unknown) =>
    refuse(givenBy(system, urls, 'owner'), problem),
  );
  for (const part of PROCESS_PARTS)
    await withClient(urls[part], (client) => client.query('select')).catch((problem: unknown) =>
      refuse(givenBy(system, urls, part), problem),
    );
}

async function checkTakesChanges(ownerUrl: string): Promise<void> {
  const { rows } = await withClient(ownerUrl, (client) =>
    client.query<{ transaction_read_only: string }>('show transaction_read_only'),
  );
  if (rows[0]?.transaction_read_only === 'on') throw new Error('it takes no changes (read-only)');
}

/** Which variable says where a part of a system connects. */
export function databaseVariable(system: SystemName, part: keyof DatabaseUrls): string {
  return `${system.toUpperCase()}${SUFFIXES[part]}`;
}

/** Which one did. */
function givenBy(system: SystemName, urls: DatabaseUrls, part: keyof DatabaseUrls): string {
  return databaseVariable(system, urls[part] === urls.runtime ? 'runtime' : part);
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
    await provideGivenDatabase(system, urls, PROCESS_PARTS);
    return urls;
  }
  if (cluster === undefined) throw new Error(`${system} has no database.`);
  return provideDatabase(cluster.adminUrl, system, passwordsOf(system, cluster));
}

function passwordsOf(system: SystemName, { passwordOf }: EmbeddedCluster): SystemPasswords {
  return {
    owner: passwordOf(roleOf(system, 'owner')),
    runtime: passwordOf(roleOf(system, 'runtime')),
    worker: passwordOf(roleOf(system, 'worker')),
  };
}
