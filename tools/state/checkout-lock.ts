/**
 * Who uses this checkout's databases: one process at a time, written down so that a second one can say who is first.
 * A lock whose process was killed does not count. Knows no database.
 */

import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { identifyProcess } from './running-process.ts';
import { createFileOnce, isErrorWithCode, makeStateFolder } from './state-folder.ts';

export interface LockHolder {
  readonly pid: number;
  readonly identity: string;
  /** What a person has typed, such as `npm start`. */
  readonly command: string;
}

export type LockOutcome =
  | { readonly kind: 'taken'; readonly release: () => Promise<void> }
  | { readonly kind: 'held'; readonly by: LockHolder };

export async function takeCheckoutLock(stateFolder: string, command: string): Promise<LockOutcome> {
  await makeStateFolder(stateFolder);
  const file = path.join(stateFolder, 'running.json');
  const { pid } = process;
  const text = JSON.stringify({
    pid,
    command,
    identity: (await identifyProcess(pid)) ?? '',
  } satisfies LockHolder);
  for (;;) {
    if (await createFileOnce(file, text)) return { kind: 'taken', release: () => rm(file, { force: true }) };
    const found = await readFile(file, 'utf8').catch(ignoreMissing);
    if (found === undefined) continue;
    const holder = await readLiveHolder(found);
    if (holder !== undefined) return { kind: 'held', by: holder };
    await removeStale(file, found);
  }
}

async function readLiveHolder(text: string): Promise<LockHolder | undefined> {
  // Written whole by the lines above, or by hand; then the checks below fail.
  const holder = JSON.parse(text) as Partial<LockHolder>;
  const { pid, identity, command } = holder;
  if (pid === undefined || identity === undefined || command === undefined) return undefined;
  return (await identifyProcess(pid)) === identity ? { pid, identity, command } : undefined;
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
