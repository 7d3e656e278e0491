/**
 * The real `npm start` in a home of its own, as a person runs it: started, read, asked, killed. Finds its processes by
 * the home in their environment (/proc, so on Linux only). Knows no schema.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import type { Seed } from '../../tools/start/prepare-company.ts';
import { CHECKOUT } from '../../tools/state/state-folder.ts';

export interface StartedCompany {
  readonly npm: ChildProcess;
  /** All that it has said so far. */
  readonly output: () => string;
  readonly endpoint: string;
  readonly ended: Promise<number | null>;
}

interface Options {
  readonly seed?: Seed;
  readonly port?: number;
}

export interface ProcessFacts {
  readonly pid: number;
  readonly command: string;
  readonly rssMiB: number;
}

/** Resolves when it has said what to do next. @throws with its output where it ends before. */
export async function npmStart(home: string, options: Options = {}): Promise<StartedCompany> {
  const { npm, output, ended } = runNpmStart(home, options);
  const ready = new Promise<void>((resolve, reject) => {
    npm.stdout?.on('data', () => {
      if (output().includes('Ctrl-C stops everything')) resolve();
    });
    void ended.then((code) => reject(new Error(`npm start ended with ${code}:\n${output()}`)));
  });
  await ready;
  const endpoint = /Endpoint +(?<url>\S+)/.exec(output())?.groups?.['url'] ?? '';
  return { npm, output, endpoint, ended };
}

export function runNpmStart(
  home: string,
  // It takes a free port when it listens: one that was looked for before may be somebody else's by then.
  { seed = 'small', port = 0 }: Options = {},
): Pick<StartedCompany, 'npm' | 'output' | 'ended'> {
  const ours = { TRIBUTARY_HOME: home, SEED: seed, PORT: String(port), LOG_LEVEL: 'info' };
  const environment = { ...process.env, ...ours };
  const npm = spawn('npm', ['start'], { cwd: CHECKOUT, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: string[] = [];
  for (const stream of [npm.stdout, npm.stderr])
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => npm.once('close', (code) => resolve(code)));
  return { npm, output: () => chunks.join(''), ended };
}

/** Every process that runs for this home now. */
export async function processesOf(home: string): Promise<readonly ProcessFacts[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid): Promise<readonly ProcessFacts[]> => {
      const read = (name: string): Promise<string> =>
        readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      if (!(await read('environ')).split('\0').includes(`TRIBUTARY_HOME=${home}`)) return [];
      const rssKiB = /VmRSS:\s+(?<kib>\d+)/.exec(await read('status'))?.groups?.['kib'];
      const command = (await read('cmdline')).replaceAll('\0', ' ').trim();
      return [{ pid: Number(pid), command, rssMiB: Number(rssKiB ?? 0) / 1024 }];
    }),
  );
  return found.flat();
}
