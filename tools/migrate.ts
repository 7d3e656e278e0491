/**
 * `npm run migrate`: brings the tables of all systems up to date on databases that somebody else runs, and with
 * `--seed <size>` fills empty ones. With ADMIN_DATABASE_URL it first makes roles and databases, with the passwords that
 * stand in the systems' own URLs. Starts nothing; meant to run once before the subgraphs.
 */

import type { SystemName } from '../schema/ownership.ts';
import { CommandRefused } from './command-refused.ts';
import {
  PROCESS_PARTS,
  provideDatabase,
  withClient,
  type DatabaseUrls,
} from './postgres/system-databases.ts';
import { readFlags } from './read-options.ts';
import { seedCompany } from './seed/seed-company.ts';
import {
  checkGivenDatabase,
  databaseVariable,
  provideGivenDatabase,
  readGivenDatabases,
  readPostgresUrl,
  ownerUrls,
  type CompanyDatabases,
} from './start/choose-databases.ts';
import { readSeed } from './start/prepare-company.ts';
import { isTrueWithin } from './state/running-process.ts';
import { migrateSystem } from './systems/migrate-system.ts';
import { bySystem, SYSTEM_NAMES } from './systems/system-names.ts';

const USAGE = 'npm run migrate [-- --seed demo|small|none]';
const ANSWERS_WITHIN_MS = 60_000;

export async function run(args: readonly string[]): Promise<void> {
  const values = readFlags(args, { seed: { type: 'string' } }, USAGE);
  const seed = readSeed(values.seed ?? 'none');
  const databases = requireDatabases(process.env);
  const adminUrl = readPostgresUrl(process.env, 'ADMIN_DATABASE_URL');
  // All that can be found out is, before anything is changed.
  if (adminUrl === undefined)
    for (const system of SYSTEM_NAMES) await checkGivenDatabase(system, databases[system]);
  else await waitForServer(adminUrl);
  for (const system of SYSTEM_NAMES) await provideSystem(system, databases[system], adminUrl);
  for (const system of SYSTEM_NAMES) {
    await migrateSystem(system, databases[system].owner);
    process.stdout.write(`The tables of ${system} are up to date.\n`);
  }
  if (seed === 'none') return;
  await seedCompany({ size: seed, urls: ownerUrls(databases) });
  process.stdout.write(`The ${seed} company is there.\n`);
}

/** With an administrator's address the roles and databases themselves, by the passwords of the systems' own. */
async function provideSystem(
  system: SystemName,
  urls: DatabaseUrls,
  adminUrl: string | undefined,
): Promise<void> {
  if (adminUrl === undefined) return provideGivenDatabase(system, urls, PROCESS_PARTS);
  const { owner, runtime, worker } = urls;
  const isOneLogin = worker === runtime;
  if (isOneLogin) process.stdout.write(oneLoginOf(system));
  await provideDatabase(adminUrl, system, {
    owner: passwordIn(owner),
    runtime: passwordIn(runtime),
    worker: isOneLogin ? undefined : passwordIn(worker),
  });
}

function requireDatabases(environment: NodeJS.ProcessEnv): CompanyDatabases {
  const given = readGivenDatabases(environment);
  const missing = SYSTEM_NAMES.filter((system) => given[system] === undefined);
  if (missing.length > 0) {
    const variables = missing.map((system) => databaseVariable(system, 'runtime')).join(', ');
    throw new CommandRefused(`The address of a database is missing: set ${variables}.`);
  }
  return bySystem(SYSTEM_NAMES.flatMap((system) => given[system] ?? []));
}

/** As it was before there was a role for the worker. */
function oneLoginOf(system: SystemName): string {
  const variable = databaseVariable(system, 'worker');
  return `The worker of ${system} has the subgraph's login and its rights; ${variable} gives it one of its own.\n`;
}

/** A database container answers a while after it was started. */
async function waitForServer(adminUrl: string): Promise<void> {
  let problem: unknown;
  const answers = async (): Promise<boolean> => {
    try {
      await withClient(adminUrl, (client) => client.query('select 1'));
      return true;
    } catch (latest) {
      // Who is not let in now will not be later.
      if (isRefused(latest)) throw refusalOf(latest, 'cannot be used');
      problem = latest;
      return false;
    }
  };
  if (await isTrueWithin(answers, ANSWERS_WITHIN_MS)) return;
  throw refusalOf(problem, 'does not answer');
}

/** SQLSTATE class 28: a wrong role or password. */
function isRefused(problem: unknown): boolean {
  return problem instanceof Error && 'code' in problem && String(problem.code).startsWith('28');
}

function refusalOf(problem: unknown, says: string): CommandRefused {
  const reason = problem instanceof Error ? problem.message : String(problem);
  return new CommandRefused(`The server in ADMIN_DATABASE_URL ${says}: ${reason}`, problem);
}

function passwordIn(url: string): string {
  return decodeURIComponent(new URL(url).password);
}
