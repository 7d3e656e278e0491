/**
 * The committed access matrix and the one of another commit. Knows where they are, not what they say.
 */

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { CommandRefused } from '../command-refused.ts';
import { CHECKOUT } from '../state/state-folder.ts';
import { parseMatrix, printMatrix, type AccessMatrix } from './access-matrix.ts';
import { renderMatrix } from './render-matrix.ts';

export const MATRIX_JSON = 'schema/access-matrix.json';
const MATRIX_PAGE = 'schema/access-matrix.md';
/** Where changes are compared with, unless somebody says otherwise; the first that exists. */
const USUAL_BASES = ['origin/main', 'main'];

const run = promisify(execFile);

/** @throws CommandRefused where there is none, or none that can be read. */
export async function readCommittedMatrix(): Promise<AccessMatrix> {
  const text = await readFile(path.join(CHECKOUT, MATRIX_JSON), 'utf8').catch((problem: unknown) => {
    throw new CommandRefused(`${MATRIX_JSON} is missing: run "npm run access:matrix".`, problem);
  });
  try {
    return parseMatrix(text);
  } catch (problem) {
    throw new CommandRefused(`${MATRIX_JSON} is no JSON: run "npm run access:matrix".`, problem);
  }
}

/** Gives the names of the files that were not so before. */
export async function writeMatrix(matrix: AccessMatrix): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [name, text] of textsOf(matrix)) {
    if ((await textOf(name)) === text) continue;
    changed.push(name);
    await writeFile(path.join(CHECKOUT, name), text);
  }
  return changed;
}

/** The names of the committed files that are not what the matrix would be written as. */
export async function findStale(matrix: AccessMatrix): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [name, text] of textsOf(matrix)) if ((await textOf(name)) !== text) stale.push(name);
  return stale;
}

export type BaseMatrix =
  | { readonly kind: 'found'; readonly base: string; readonly matrix: AccessMatrix }
  | { readonly kind: 'none'; readonly because: string };

/** @throws CommandRefused for a base that was asked for and is no commit. */
export async function readBaseMatrix(wanted: string | undefined): Promise<BaseMatrix> {
  const base = await findBase(wanted);
  if (base === undefined) {
    if (wanted !== undefined) throw new CommandRefused(`${wanted} is no commit of this repository.`);
    return { kind: 'none', because: `there is no ${USUAL_BASES.join(' and no ')} to compare with` };
  }
  try {
    const { stdout } = await git('show', `${base}:${MATRIX_JSON}`);
    return { kind: 'found', base, matrix: parseMatrix(stdout) };
  } catch {
    return { kind: 'none', because: `${base} has no ${MATRIX_JSON} yet` };
  }
}

async function findBase(wanted: string | undefined): Promise<string | undefined> {
  for (const name of wanted === undefined ? USUAL_BASES : [wanted]) {
    const isCommit = await git(
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${name}^{commit}`,
    ).then(
      () => true,
      () => false,
    );
    if (isCommit) return name;
  }
  return undefined;
}

function git(...args: readonly string[]) {
  return run('git', args, { cwd: CHECKOUT, maxBuffer: 64 * 1024 * 1024 });
}

function textsOf(matrix: AccessMatrix): readonly (readonly [name: string, text: string])[] {
  return [
    [MATRIX_JSON, printMatrix(matrix)],
    [MATRIX_PAGE, renderMatrix(matrix)],
  ];
}

function textOf(name: string): Promise<string | undefined> {
  return readFile(path.join(CHECKOUT, name), 'utf8').catch(() => undefined);
}
