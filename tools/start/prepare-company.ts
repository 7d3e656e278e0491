/**
 * Everything that must be there before a subgraph can start: the keys, the databases, their tables and rows. Safe to
 * run again at any time. Starts no process but PostgreSQL.
 */

import path from 'node:path';
import { CommandRefused } from '../command-refused.ts';
import { provideDevelopmentKeys, type DevelopmentKeys } from '../development-keys.ts';
import { startCluster, type StartedCluster } from '../postgres/embedded-cluster.ts';
import type { CompanySize } from '../seed/company.ts';
import { seedInProcess } from '../seed/seed-in-process.ts';
import { migrateSystem } from '../systems/migrate-system.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import {
  needsEmbedded,
  provideDatabases,
  readGivenDatabases,
  ownerUrls,
  type CompanyDatabases,
} from './choose-databases.ts';
import type { Teardown } from './teardown.ts';

export interface PreparedCompany {
  readonly keys: DevelopmentKeys;
  readonly databases: CompanyDatabases;
  /** Undefined where the environment names a database for every system. */
  readonly cluster: StartedCluster | undefined;
}

/** Tells a person what is being done, and when it is done. */
export type Step = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

export type Seed = CompanySize | 'none';

const SEEDS = ['demo', 'small', 'none'] as const satisfies readonly Seed[];

/** @throws CommandRefused that names the choices. */
export function readSeed(given: string | undefined): Seed {
  const seed = SEEDS.find((choice) => choice === (given === undefined || given === '' ? 'demo' : given));
  if (seed === undefined)
    throw new CommandRefused(`There is no seed "${given}"; the seeds are ${SEEDS.join(', ')}.`);
  return seed;
}

export function clusterFolder(stateFolder: string): string {
  return path.join(stateFolder, 'postgres');
}

interface Preparation {
  readonly stateFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly seed: Seed;
  readonly step: Step;
  readonly teardown: Teardown;
}

/** The caller holds the checkout's lock. */
export async function prepareCompany(preparation: Preparation): Promise<PreparedCompany> {
  const { stateFolder, environment, seed, step, teardown } = preparation;
  const given = readGivenDatabases(environment);
  const keys = await provideDevelopmentKeys(stateFolder);
  const cluster = needsEmbedded(given)
    ? await step('PostgreSQL', () => startEmbedded(stateFolder, teardown))
    : undefined;
  const databases = await step('databases', async () => {
    const provided = await provideDatabases(given, cluster);
    await Promise.all(SYSTEM_NAMES.map((system) => migrateSystem(system, provided[system].owner)));
    return provided;
  });
  if (seed !== 'none')
    await step(`${seed} data`, () => seedInProcess({ size: seed, urls: ownerUrls(databases) }));
  return { keys, databases, cluster };
}

async function startEmbedded(stateFolder: string, teardown: Teardown): Promise<StartedCluster> {
  const cluster = await startCluster(clusterFolder(stateFolder), { durable: true });
  teardown.add(cluster.stop);
  return cluster;
}
