/**
 * Who uses this checkout's databases: one process at a time, written down so that a second one can say who is first.
 * A lock whose process was killed does not count. Knows no database.
 */

import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { findNpm, type NpmProcess } from './npm-process.ts';
import { identifyProcess, isTrueWithin } from './running-process.ts';
import { createFileOnce, isErrorWithCode, makeStateFolder } from './state-folder.ts';

export interface LockHolder {
  readonly pid: number;
  readonly identity: string;
  /** What a person has typed, such as `npm start`. */
  readonly command: string;
  /** The npm that runs it, where it has one: when that is gone, the holder is on its way out. */
  readonly npm?: NpmProcess | undefined;
}

export type LockOutcome =
  | { readonly kind: 'taken'; readonly release: () => Promise<void> }
  | { readonly kind: 'held'; readonly by: LockHolder };

const LEAVES_WITHIN_MS = 30_000;

/** Waits for a holder that is stopping already; one that goes on is named. */
export async function takeCheckoutLock(stateFolder: string, command: string): Promise<LockOutcome> {
  await makeStateFolder(stateFolder);
  const file = path.join(stateFolder, 'running.json');
  const { pid, env: environment } = process;
  const identity = (await identifyProcess(pid)) ?? '';
  const holder: LockHolder = { pid, identity, command, npm: await findNpm(environment) };
  for (;;) {
    if (await createFileOnce(file, JSON.stringify(holder))) {
      return { kind: 'taken', release: () => rm(file, { force: true }) };
    }
    const found = await readFile(file, 'utf8').catch(ignoreMissing);
    if (found === undefined) continue;
    const other = readHolder(found);
    if (other !== undefined && (await runs(other)) && !(await leaves(other)))
      return { kind: 'held', by: other };
    await removeStale(file, found);
  }
}

async function runs({
  pid,
  identity,
}: {
  readonly pid: number;
  readonly identity: string;
}): Promise<boolean> {
  return (await identifyProcess(pid)) === identity;
}

async function leaves(holder: LockHolder): Promise<boolean> {
  if (holder.npm === undefined || (await runs(holder.npm))) return false;
  return isTrueWithin(async () => !(await runs(holder)), LEAVES_WITHIN_MS);
}

function readHolder(text: string): LockHolder | undefined {
  // Written whole by the lines above, or by hand; then the checks below fail.
  const { pid, identity, command, npm } = JSON.parse(text) as Partial<LockHolder>;
  return pid === undefined || identity === undefined || command === undefined
    ? undefined
    : { pid, identity, command, npm };
}

/** Takes away what was found stale and nothing else: another process may have replaced it in the meantime. */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(ignoreMissing);
  const moved = await readFile(aside, 'utf8').catch(ignoreMissing);
  if (moved !== undefined && moved !== stale) await createFileOnce(file, moved);
  await rm(aside, { force: true });
}

function ignoreMissing(problem: unknown): undefined {
  if (!isErrorWithCode(problem, 'ENOENT')) throw problem;
  return undefined;
}
