/**
 * Brings a system's tables up to date: the `.sql` files of its folder and of the kit's in the order of their names, each
 * once, in one transaction, as the owner of the database; then the queues. Of several processes at once each waits for the
 * one before it.
 */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import pg from 'pg';

import type { SystemName } from '../../schema/ownership.ts';
import { openDatabase } from './database.ts';
import { provideEventQueues } from './events/event-queues.ts';
import { waitForTurn } from './wait-for-turn.ts';

/** What every system has alike; `RUNTIME_ROLE` and `WORKER_ROLE` in them stand for the roles of the system's processes. */
const SHARED_FOLDERS = [fileURLToPath(new URL('migrations', import.meta.url))];

interface Migrating {
  readonly system: SystemName;
  readonly ownerUrl: string;
  readonly folder: string;
}

/** `folder` holds the files; throws what PostgreSQL says, naming the file. */
export async function runMigrations(options: Migrating): Promise<void> {
  const { system, ownerUrl } = options;
  const turn = new pg.Client({ connectionString: ownerUrl, application_name: 'tributary-migrate-turn' });
  // Whatever breaks it breaks the connections that work, too, and those say so.
  turn.on('error', () => undefined);
  await turn.connect();
  try {
    await waitForTurn(turn);
    await migrateTables(options);
    await provideEventQueues(ownerUrl, system);
  } finally {
    await turn.end();
  }
}

async function migrateTables(options: Migrating): Promise<void> {
  const database = openDatabase({
    url: options.ownerUrl,
    applicationName: 'tributary-migrate',
    maxConnections: 2,
  });
  try {
    const migrator = new Migrator({
      db: database,
      provider: { getMigrations: () => readFolders([options.folder, ...SHARED_FOLDERS], options.system) },
    });
    const { error, results } = await migrator.migrateToLatest();
    const failed = results?.find((result) => result.status === 'Error');
    if (error !== undefined)
      throw new Error(`migration ${failed?.migrationName ?? ''} failed`, { cause: error });
  } finally {
    await database.destroy();
  }
}

async function readFolders(
  folders: readonly string[],
  system: SystemName,
): Promise<Record<string, Migration>> {
  const found = await Promise.all(folders.map((folder) => readFolder(folder, system)));
  return Object.fromEntries(found.flat());
}

async function readFolder(folder: string, system: SystemName): Promise<[string, Migration][]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql'));
  const migrations = names.map(async (name): Promise<[string, Migration]> => {
    const text = await readFile(path.join(folder, name), 'utf8');
    const statements = text
      .replaceAll('RUNTIME_ROLE', `${system}_runtime`)
      .replaceAll('WORKER_ROLE', `${system}_worker`);
    return [
      path.basename(name, '.sql'),
      {
        async up(database: Kysely<unknown>) {
          await sql.raw(statements).execute(database);
        },
      },
    ];
  });
  return Promise.all(migrations);
}
