/**
 * As whom PostgreSQL runs: it refuses to run as root, so root hands it to a user that the machine already has.
 * Changes no user of the system. Knows no cluster; it only says who, and what that user can reach.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { chown } from 'node:fs/promises';

/** Undefined ids mean: as whoever we are. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

const UNPRIVILEGED_USERS = ['postgres', 'nobody'];

/** @throws where we are root and the machine has none of the users that could run the server. */
export function findServerUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  for (const name of UNPRIVILEGED_USERS) {
    const uid = askId('-u', name);
    const gid = askId('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has no user "postgres" or "nobody" to run it: start as another user.',
  );
}

/** Whether that user can write here; asked by a process of that user, so that every rule of the file system counts. */
export function canWrite(user: ServerUser, folder: string): boolean {
  if (user.uid === undefined) return true;
  return succeedsAs(user, '/bin/sh', ['-c', 'test -w "$1" && test -x "$1"', 'sh', folder]);
}

/** Whether that user can run this program at all. */
export function canRun(user: ServerUser, program: string): boolean {
  return succeedsAs(user, program, ['--version']);
}

export async function handOver(user: ServerUser, file: string): Promise<void> {
  if (user.uid !== undefined && user.gid !== undefined) await chown(file, user.uid, user.gid);
}

function succeedsAs(user: ServerUser, program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

function askId(option: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(
      execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return undefined;
  }
}
