/**
 * Where this checkout keeps what it makes while it runs: keys, databases, logs, the compile cache.
 * Knows only the folder and how to write a file in it at once; what the files hold is their maker's business.
 */

import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { access, constants, link, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { CommandRefused } from '../command-refused.ts';

export const CHECKOUT = path.resolve(import.meta.dirname, '..', '..');

/** `TRIBUTARY_HOME` where it is set, else `.tributary` in the checkout; git ignores it and deleting it starts anew. */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['TRIBUTARY_HOME'];
  return chosen === undefined || chosen === '' ? path.join(CHECKOUT, '.tributary') : path.resolve(chosen);
}

/**
 * Makes the folder and what is missing above it. Others may pass through to what is opened to them, such as the
 * database to the user that runs its server, but not look around; every file with a secret is 0600 besides.
 * @throws CommandRefused where we may not write there.
 */
export async function makeStateFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (problem) {
    const reason = isErrorWithAnyCode(problem) ? problem.code : String(problem);
    throw new CommandRefused(
      `Nothing can be kept in ${folder} (${String(reason)}): set TRIBUTARY_HOME to a folder that you may write to.`,
      problem,
    );
  }
}

/** Level by level: where none can be made, as in /proc, Node would try for ever to make them at once. */
async function makeFolder(folder: string): Promise<void> {
  if (isFolder(folder)) return;
  if (!existsSync(folder)) await makeFolder(path.dirname(folder));
  await mkdir(folder, { mode: 0o711 }).catch((problem: unknown) => {
    // Somebody else may have made it at the same moment.
    if (!isFolder(folder)) throw problem;
  });
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Readers see the old file or the new one, never a half. Mode 0600, on disk before it is visible. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = await writeDraft(file, text);
  await rename(draft, file);
}

/** Gives false and changes nothing where the file exists already, so that of two makers exactly one wins. */
export async function createFileOnce(file: string, text: string): Promise<boolean> {
  const draft = await writeDraft(file, text);
  try {
    await link(draft, file);
    return true;
  } catch (problem) {
    if (isErrorWithCode(problem, 'EEXIST')) return false;
    throw problem;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(file: string, text: string): Promise<string> {
  const draft = `${file}.${randomUUID()}.draft`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

/** Whether a caught value is one of Node's errors with this code, such as ENOENT. */
export function isErrorWithCode(problem: unknown, code: string): boolean {
  // Not instanceof Error: under jest, Node's own errors come from another realm.
  return isErrorWithAnyCode(problem) && problem.code === code;
}

function isErrorWithAnyCode(problem: unknown): problem is { readonly code: unknown } {
  return typeof problem === 'object' && problem !== null && 'code' in problem;
}
