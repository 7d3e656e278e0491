/**
 * Brings a system's tables up to date: the `.sql` files of a folder in the order of their names, each once, in one
 * transaction, as the owner of the database. Two processes at once are safe (kysely's Migrator takes a lock).
 */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';

import { openDatabase } from './database.ts';

/** `folder` holds the files; throws what PostgreSQL says, naming the file. */
export async function runMigrations(options: {
  readonly ownerUrl: string;
  readonly folder: string;
}): Promise<void> {
  const database = openDatabase({
    url: options.ownerUrl,
    applicationName: 'tributary-migrate',
    maxConnections: 2,
  });
  try {
    const migrator = new Migrator({
      db: database,
      provider: { getMigrations: () => readFolder(options.folder) },
    });
    const { error, results } = await migrator.migrateToLatest();
    const failed = results?.find((result) => result.status === 'Error');
    if (error !== undefined)
      throw new Error(`migration ${failed?.migrationName ?? ''} failed`, { cause: error });
  } finally {
    await database.destroy();
  }
}

async function readFolder(folder: string): Promise<Record<string, Migration>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = names.map(async (name): Promise<[string, Migration]> => {
    const text = await readFile(path.join(folder, name), 'utf8');
    return [
      path.basename(name, '.sql'),
      {
        async up(database: Kysely<unknown>) {
          await sql.raw(text).execute(database);
        },
      },
    ];
  });
  return Object.fromEntries(await Promise.all(migrations));
}
