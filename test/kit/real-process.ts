/**
 * A server of ours as a process of its own: started, heard when it listens, its log read. Knows the one message that
 * every such process sends, and nothing of what it serves.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { CHILD_ENVIRONMENT } from './child-environment.ts';

export interface RealProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it has logged so far, line by line. */
  readonly logged: () => readonly Record<string, unknown>[];
  /** Exit code and signal. */
  readonly ended: Promise<readonly unknown[]>;
  /** SIGTERM, and what `ended` says. */
  readonly stop: () => Promise<readonly unknown[]>;
}

export interface ProcessSetup {
  /** Relative to the root of the repository. */
  readonly file: string;
  readonly flags?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

const ROOT = join(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/.bin/node');

/** Throws where it ends before it listens. */
export async function startProcess({ file, flags = [], environment }: ProcessSetup): Promise<RealProcess> {
  const child = spawn(NODE, [join(ROOT, file), ...flags], {
    env: { ...CHILD_ENVIRONMENT, ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(JSON.parse(line)));
  const ended = once(child, 'exit');
  const [message] = await Promise.race([
    once(child, 'message'),
    ended.then((how) => Promise.reject(new Error(`${file} ended with ${how.join(' ')} before it listened`))),
  ]);
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { child, url: message.url, logged: () => lines, ended, stop };
}
