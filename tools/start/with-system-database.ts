/**
 * The database of a system that runs now, for commands that look into it: the one that the environment names, else that
 * of a running `npm start`. As the runtime role, which may do no more than the system's own processes.
 */

import type { SystemName } from '../../schema/ownership.ts';
import { openDatabase, type Database } from '../../subgraphs/kit/database.ts';
import { CommandRefused } from '../command-refused.ts';
import { stateFolder } from '../state/state-folder.ts';
import { findSystemDatabase } from './choose-databases.ts';
import { clusterFolder } from './prepare-company.ts';

/** Opens it for the time of `work`. @throws CommandRefused where none is running. */
export async function withSystemDatabase(
  system: SystemName,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const home = { environment: process.env, clusterFolder: clusterFolder(stateFolder()) };
  const url = await findSystemDatabase(system, home);
  if (url === undefined) {
    const variable = `${system.toUpperCase()}_DATABASE_URL`;
    throw new CommandRefused(
      `No database of ${system} is there: "npm start" runs one, or ${variable} names one.`,
    );
  }
  const database = openDatabase({ url, applicationName: 'tributary-command', maxConnections: 1 });
  try {
    await work(database);
  } finally {
    await database.destroy();
  }
}
