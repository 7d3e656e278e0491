/**
 * Seeding in a process of its own: the rows of a whole company weigh hundreds of megabytes, which go with the process
 * instead of staying with one that runs for long.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { SeedJob } from './seed-company.ts';

const PROCESS = path.join(import.meta.dirname, 'seed-process.ts');

/** @throws what the process fails for. */
export async function seedInProcess(job: SeedJob): Promise<void> {
  const child = fork(PROCESS, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
  let problem: unknown;
  child.once('message', (failure) => (problem = failure));
  child.send(job);
  // Reason for the cast: what the event `exit` gives. Its answer may come later than its end.
  const [[code]] = (await Promise.all([once(child, 'exit'), once(child, 'disconnect')])) as [
    [number | null],
    [],
  ];
  if (problem instanceof Error) throw problem;
  if (code !== 0) throw new Error(`The data could not be written (the process ended with ${String(code)}).`);
}
