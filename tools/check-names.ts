/**
 * `npm run check:names`: the rules of STYLE about files that no linter looks at. Names say what is inside, and nothing
 * in the repository depends on where its packages were downloaded.
 */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { CommandRefused } from './command-refused.ts';
import { CHECKOUT } from './state/state-folder.ts';
import { readFlags } from './read-options.ts';

/** Names that say nothing, for files and folders alike. */
const EMPTY_NAMES = new Set(['index', 'util', 'utils', 'helper', 'helpers', 'common', 'misc', 'shared']);
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
/** Also what a lockfile would say of them. */
const REGISTRY = /\bregistry\.[a-z-]+\.(org|com|io)\b|\bnpm\.pkg\.github\.com\b|"resolved": *"https?:/;

export async function run(args: readonly string[]): Promise<void> {
  readFlags(args, {}, 'npm run check:names');
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard'],
    { cwd: CHECKOUT },
  );
  const files = stdout.split('\n').filter((file) => file !== '');
  const problems = [...files.flatMap(checkName), ...(await Promise.all(files.map(checkText))).flat()];
  if (problems.length > 0) throw new CommandRefused(problems.join('\n'));
}

export function checkName(file: string): readonly string[] {
  const isCode = /\.[jt]s$/.test(file);
  const name = path.basename(file).replace(/^\./, '');
  const empty = [...path.dirname(file).split('/'), name.replace(/\..*$/, '')].filter((part) =>
    EMPTY_NAMES.has(part),
  );
  return [
    ...empty.map((part) => `${file}: "${part}" does not say what is inside.`),
    ...(isCode && !KEBAB_CASE.test(name) ? [`${file}: not in kebab-case.`] : []),
  ];
}

/** Where a package came from is npm's configuration on each machine; a lockfile that names a host works only there. */
export function findRegistry(text: string): string | undefined {
  return REGISTRY.exec(text)?.[0];
}

async function checkText(file: string): Promise<readonly string[]> {
  // A file may be deleted and not yet committed.
  const text = await readFile(path.join(CHECKOUT, file), 'utf8').catch(() => '');
  const found = findRegistry(text);
  return found === undefined ? [] : [`${file}: names a package registry (${found}).`];
}
