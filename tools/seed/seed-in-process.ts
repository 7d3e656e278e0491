/**
 * Seeding in a process of its own: the rows of a whole company weigh hundreds of megabytes, which go with the process
 * instead of staying with one that runs for long.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { SeedJob } from './seed-company.ts';

const PROCESS = path.join(import.meta.dirname, 'seed-process.ts');

/** @throws where the process fails; what of is on standard error. */
export async function seedInProcess(job: SeedJob): Promise<void> {
  const child = fork(PROCESS, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(job);
  // Reason for the cast: what the event `exit` gives.
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The data could not be written (the process ended with ${String(code)}).`);
}
