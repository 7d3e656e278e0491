/**
 * Where one embedded cluster lives: its data, its log and the secret from which its passwords are made.
 * As root the data may have to lie elsewhere, where the server's user can go; the place follows from the folder's
 * secret, so that every later start finds it again. Knows no server.
 */

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { lstat, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createFileOnce, makeStateFolder } from '../state/state-folder.ts';
import { canWrite, handOver, type ServerUser } from './server-user.ts';

export interface ClusterFolder {
  /** Holds `data` and what belongs beside it; the server's user may write here. */
  readonly root: string;
  /** PGDATA. Exists once the cluster is initialised, whole or not at all. */
  readonly data: string;
  readonly log: string;
  /** For what the server's user must reach although it may not enter here; made by whoever needs it. */
  readonly openFolder: string;
  /** The same password for the same role on every start. */
  readonly passwordOf: (role: string) => string;
}

const OPEN_FOLDER = '/var/tmp';

/** Makes what is missing. @throws where the only reachable place belongs to somebody else. */
export async function openClusterFolder(wanted: string, user: ServerUser): Promise<ClusterFolder> {
  await makeStateFolder(wanted);
  const secretFile = path.join(wanted, 'secret');
  await createFileOnce(secretFile, randomBytes(32).toString('base64url'));
  const secret = await readFile(secretFile, 'utf8');
  // The secret is part of the name: whoever deletes this folder starts anew, and not on data of lost passwords.
  const openFolder = path.join(
    OPEN_FOLDER,
    `tributary-${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`,
  );
  const root = await findReachableFolder(path.join(wanted, 'server'), openFolder, user);
  return {
    root,
    data: path.join(root, 'data'),
    log: path.join(wanted, 'postgres.log'),
    openFolder,
    passwordOf: (role) => createHmac('sha256', secret).update(role).digest('base64url'),
  };
}

async function findReachableFolder(wanted: string, open: string, user: ServerUser): Promise<string> {
  await mkdir(wanted, { recursive: true, mode: 0o700 });
  await handOver(user, wanted);
  if (canWrite(user, wanted)) return wanted;
  await mkdir(open, { recursive: true, mode: 0o711 });
  const found = await lstat(open);
  // Everybody may write to the parent: what somebody else put there must not become our database.
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(
      `${open} belongs to somebody else: remove it, or set TRIBUTARY_HOME to a folder that others may enter.`,
    );
  }
  const reachable = path.join(open, 'server');
  await mkdir(reachable, { recursive: true, mode: 0o700 });
  await handOver(user, reachable);
  if (canWrite(user, reachable)) return reachable;
  throw new Error(
    `The user that runs PostgreSQL cannot write to ${wanted} nor to ${reachable}: set TRIBUTARY_HOME.`,
  );
}
