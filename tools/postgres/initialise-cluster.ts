/**
 * Makes a new cluster by initdb, whole or not at all: it is built beside its place and renamed when it is done,
 * so that a start that was killed half-way leaves nothing that looks like a database.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { CommandRefused } from '../command-refused.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { handOver, type ServerUser } from './server-user.ts';

export const SUPERUSER = 'postgres';

/** Builds beside the place under names that begin so; one who holds the cluster's lock may delete them. */
const DRAFT = 'data.draft-';

/** Does nothing where the cluster exists. `durable: false` skips syncing to disk, for data that may be lost. */
export async function initialiseCluster(
  initdb: string,
  folder: ClusterFolder,
  user: ServerUser,
  { durable }: { readonly durable: boolean },
): Promise<void> {
  await removeDrafts(folder.root);
  if (existsSync(folder.data)) return;
  const draft = path.join(folder.root, `${DRAFT}${process.pid}`);
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, folder.passwordOf(SUPERUSER), { mode: 0o600 });
  await handOver(user, passwordFile);
  try {
    await runInitdb(initdb, [...initdbOptions(draft, passwordFile), ...(durable ? [] : ['--no-sync'])], user);
    await rename(draft, folder.data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function initdbOptions(draft: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // PostgreSQL's own locale: the same order and the same upper case on every machine, whatever it has installed.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ];
}

async function runInitdb(initdb: string, options: readonly string[], user: ServerUser): Promise<void> {
  const child = spawn(initdb, options, {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const [complaint, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve)),
  ]);
  if (code !== 0) throw new CommandRefused(`PostgreSQL could not make its data folder:\n${complaint.trim()}`);
}

async function removeDrafts(root: string): Promise<void> {
  const names = await readdir(root);
  const drafts = names.filter((name) => name.startsWith(DRAFT));
  await Promise.all(drafts.map((name) => rm(path.join(root, name), { recursive: true, force: true })));
}
