/**
 * The running server of one cluster, as its own lock file postmaster.pid tells of it: finds it, ends it, and removes
 * what one that was killed has left. Knows nothing of databases and roles.
 */

import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { commandLineOf, endProcess } from '../state/running-process.ts';
import { isErrorWithCode } from '../state/state-folder.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** SIGINT rolls back what runs and writes a checkpoint; SIGQUIT gives up at once and leaves recovery to the next start. */
const STOP_STEPS = [
  { signal: 'SIGINT', patienceMs: 20_000 },
  { signal: 'SIGQUIT', patienceMs: 5_000 },
  { signal: 'SIGKILL', patienceMs: 5_000 },
] as const;

/** The server that runs on this data folder now, if one does. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const lines = await readLockFile(data);
  const pid = Number(lines?.[0]);
  const port = Number(lines?.[3]);
  if (!Number.isInteger(pid) || !Number.isInteger(port) || pid <= 0) return undefined;
  return (await runsOn(pid, data)) ? { pid, port } : undefined;
}

/** Ends the server in order. @throws where it does not even go by force. */
export async function stopPostmaster(postmaster: Postmaster, data: string): Promise<void> {
  const ended = await endProcess(() => runsOn(postmaster.pid, data), postmaster.pid, STOP_STEPS);
  if (!ended) throw new Error(`PostgreSQL (process ${postmaster.pid}) does not stop.`);
}

/**
 * Leaves the data folder without a running server. After a crash the number in the lock file may belong to another
 * process by now, and PostgreSQL would refuse to start because of it: so the file goes when that process is not ours.
 */
export async function clearPostmaster(data: string): Promise<void> {
  const found = await findPostmaster(data);
  if (found !== undefined) await stopPostmaster(found, data);
  // Where the command line cannot be read (Windows) nothing was proven, and PostgreSQL's own check has the last word.
  else if (process.platform !== 'win32') await rm(path.join(data, 'postmaster.pid'), { force: true });
}

/** The data folder stands on the command line of every server that we start. */
async function runsOn(pid: number, data: string): Promise<boolean> {
  const line = await commandLineOf(pid);
  return `${line} `.includes(` ${dataOptions(data).join(' ')} `);
}

/** How a server is told its data folder. */
export function dataOptions(data: string): readonly string[] {
  return ['-D', data];
}

async function readLockFile(data: string): Promise<readonly string[] | undefined> {
  try {
    return (await readFile(path.join(data, 'postmaster.pid'), 'utf8')).split('\n');
  } catch (problem) {
    if (isErrorWithCode(problem, 'ENOENT')) return undefined;
    throw problem;
  }
}
