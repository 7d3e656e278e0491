/**
 * `npm run check`: every script of package.json that begins with `check:`, a few at a time. Says of each whether it
 * passed, shows what the failing ones have said, and fails when one does.
 */

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { CommandRefused } from './command-refused.ts';
import { CHECKOUT } from './state/state-folder.ts';
import { readFlags } from './read-options.ts';

const PREFIX = 'check:';

export async function run(args: readonly string[]): Promise<void> {
  readFlags(args, {}, 'npm run check');
  // npm has read the same file to get here.
  const { scripts } = JSON.parse(await readFile(path.join(CHECKOUT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const names = Object.keys(scripts).filter((name) => name.startsWith(PREFIX));
  const failed: string[] = [];
  const waiting = names[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (const name of waiting) if (!(await passes(name))) failed.push(name);
    }),
  );
  if (failed.length > 0)
    throw new CommandRefused(`${failed.length} of ${names.length} checks failed: ${failed.join(', ')}.`);
  process.stdout.write(`All ${names.length} checks passed.\n`);
}

async function passes(name: string): Promise<boolean> {
  const startedAt = performance.now();
  // npm says itself which program it is, so that this works where it is no command of the shell.
  const npm = process.env['npm_execpath'];
  const [program, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const child = spawn(program, [...args, 'run', '--silent', name], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complained, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
  ]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'passed' : 'FAILED'}  ${name}  ${seconds} s\n`);
  if (code !== 0) process.stdout.write(`${said}${complained}\n`);
  return code === 0;
}
