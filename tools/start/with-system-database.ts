/**
 * The database of a system that runs now, for commands that look into what its worker does: the one that the environment
 * names, else that of a running `npm start`. As the worker's role, which may do no more than the worker.
 */

import type { SystemName } from '../../schema/ownership.ts';
import { openDatabase, type Database } from '../../subgraphs/kit/database.ts';
import { CommandRefused } from '../command-refused.ts';
import { stateFolder } from '../state/state-folder.ts';
import { databaseVariable, findSystemDatabase } from './choose-databases.ts';
import { clusterFolder } from './prepare-company.ts';

/** Opens it for the time of `work`. @throws CommandRefused where none is running, or where it may not do that. */
export async function withSystemDatabase(
  system: SystemName,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const home = { environment: process.env, clusterFolder: clusterFolder(stateFolder()) };
  const url = await findSystemDatabase(system, home);
  const variable = databaseVariable(system, 'worker');
  if (url === undefined)
    throw new CommandRefused(
      `No database of ${system} is there: "npm start" runs one, or ${variable} names one.`,
    );
  const database = openDatabase({ url, applicationName: 'tributary-command', maxConnections: 1 });
  try {
    await work(database);
  } catch (problem) {
    if (!mayNot(problem)) throw problem;
    const login = new URL(url).username;
    throw new CommandRefused(
      `"${login}" may not do that in the database of ${system} (${problem.message}): ${variable} must name the worker's login.`,
      problem,
    );
  } finally {
    await database.destroy();
  }
}

/** SQLSTATE 42501: the subgraph's login, or one that no rights were granted to. */
function mayNot(problem: unknown): problem is Error {
  return problem instanceof Error && 'code' in problem && problem.code === '42501';
}
