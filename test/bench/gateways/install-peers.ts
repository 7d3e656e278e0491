/**
 * Installs the peers from their own lockfile when they are first needed, and again when it has changed. Knows npm.
 */

import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { NODE } from '../process/bench-process.ts';
import { PEERS } from './gateway-recipes.ts';

/** Gives the reason where they cannot be installed. */
export async function installPeers(say: (sentence: string) => void): Promise<string | undefined> {
  const lockfile = await readFile(path.join(PEERS, 'package-lock.json'), 'utf8');
  const stamp = path.join(PEERS, 'node_modules/.installed-lockfile.json');
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === lockfile) return undefined;
  say('Installing the peers, once (about 500 MB) …');
  const problem = await runNpm(['ci', '--prefix', PEERS, '--ignore-scripts', '--no-audit', '--no-fund']);
  if (problem !== undefined) return `npm ci failed: ${problem}`;
  await writeFile(stamp, lockfile);
  return undefined;
}

async function runNpm(args: readonly string[]): Promise<string | undefined> {
  const npm = process.env['npm_execpath'];
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const environment = {
    ...process.env,
    PATH: `${path.dirname(NODE)}${path.delimiter}${process.env['PATH']}`,
  };
  const child = spawn(program, [...first, ...args], {
    cwd: PEERS,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [complaint, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('error', () => resolve(null)).once('close', resolve)),
  ]);
  return code === 0 ? undefined : complaint.trim().split('\n').slice(-3).join(' ') || `exit code ${code}`;
}
