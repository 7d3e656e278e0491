/**
 * One embedded PostgreSQL for a whole jest run, started by the first test that wants a database: runs without one
 * pay nothing. Fast and forgetful (no fsync). Knows no system; `company-databases.ts` fills it.
 */

import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  findRunningCluster,
  startCluster,
  type EmbeddedCluster,
} from '../../tools/postgres/embedded-cluster.ts';
import { identifyProcess, isTrueWithin } from '../../tools/state/running-process.ts';

const FOLDER_VARIABLE = 'TRIBUTARY_TEST_FOLDER';
const PREFIX = 'tributary-jest-';
const STARTED_WITHIN_MS = 60_000;

/** For jest's global setup: the workers inherit the folder. Clears what runs that were killed have left. */
export async function prepareTestFolder(): Promise<void> {
  await removeAbandonedFolders();
  const folder = await mkdtemp(path.join(tmpdir(), PREFIX));
  // The server may run as another user, who must get through to its data.
  await chmod(folder, 0o711);
  await writeFile(path.join(folder, 'jest-process'), (await identifyProcess(process.pid)) ?? '');
  process.env[FOLDER_VARIABLE] = folder;
}

/** For jest's global teardown. */
export async function removeTestFolder(): Promise<void> {
  await discardFolder(testFolder());
}

let joined: Promise<EmbeddedCluster> | undefined;

/** The run's cluster; the first caller of all workers starts it, the others wait for it. */
export function joinTestCluster(): Promise<EmbeddedCluster> {
  joined ??= startOrWait(testFolder());
  return joined;
}

async function startOrWait(folder: string): Promise<EmbeddedCluster> {
  const place = clusterFolder(folder);
  const ready = path.join(folder, 'ready');
  const isFirst = await mkdir(path.join(folder, 'starting')).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    const cluster = await startCluster(place, { durable: false });
    await writeFile(ready, '');
    return cluster;
  }
  await isTrueWithin(() => exists(ready), STARTED_WITHIN_MS);
  const cluster = await findRunningCluster(place);
  if (cluster === undefined)
    throw new Error(
      'The database of this test run did not start; the first test that asked for it says why.',
    );
  return cluster;
}

async function removeAbandonedFolders(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const folder of names.map((name) => path.join(tmpdir(), name))) {
    const identity = await readFile(path.join(folder, 'jest-process'), 'utf8').catch(() => undefined);
    if (identity === undefined) continue;
    const isAbandoned = (await identifyProcess(Number(identity.split('@')[0]))) !== identity;
    if (isAbandoned) await discardFolder(folder);
  }
}

async function discardFolder(folder: string): Promise<void> {
  const hasCluster = await exists(clusterFolder(folder));
  if (hasCluster) await (await findRunningCluster(clusterFolder(folder)))?.stop();
  await rm(folder, { recursive: true, force: true });
}

function clusterFolder(folder: string): string {
  return path.join(folder, 'postgres');
}

function testFolder(): string {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder === undefined)
    throw new Error(`${FOLDER_VARIABLE} is not set: jest's global setup has not run.`);
  return folder;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
