/**
 * A server process that is killed on purpose and comes back at the same address. One that ends by itself comes back
 * too, and is remembered: nothing that a fault run does may end a process. Knows nothing of what it serves.
 */

import { readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { endProcess, heardInTime, runOnce, type ProcessPlan, type Run } from '../start/managed-process.ts';
import { clockAhead } from './clock-ahead.ts';

export interface KillableProcess {
  readonly name: string;
  readonly url: string;
  /** kill -9, whatever it is doing, and a new one at once; resolves when that one listens. */
  readonly kill: () => Promise<void>;
  /** The same, and from now on its clock is so far ahead of the machine's, or behind where it is negative. */
  readonly setClockAhead: (aheadMs: number) => Promise<void>;
  /** How it ended by itself, each time since the last call. */
  readonly takeDeaths: () => readonly string[];
  readonly stop: () => Promise<void>;
}

const ATTEMPTS = 5;

/** @throws where it does not listen in time. */
export async function startKillable(plan: ProcessPlan): Promise<KillableProcess> {
  const log = await open(plan.logFile, 'a', 0o600);
  const first = runOnce(plan, log, {});
  const url = await heardInTime(first);
  return new Killable(plan, log, first, url);
}

class Killable implements KillableProcess {
  readonly name: string;
  readonly url: string;
  #plan: ProcessPlan;
  readonly #log: FileHandle;
  readonly #flags: readonly string[];
  readonly #mayEnd: boolean;
  readonly #deaths: string[] = [];
  #current: Run;
  #coming: Promise<void> = Promise.resolve();
  #hasStopped = false;

  constructor(plan: ProcessPlan, log: FileHandle, first: Run, url: string) {
    this.name = plan.name;
    this.url = url;
    this.#plan = plan;
    this.#flags = plan.nodeFlags ?? [];
    // A worker that has lost its database ends, so that another may lead; whoever started it starts it again.
    this.#mayEnd = plan.name.endsWith('-worker');
    this.#log = log;
    this.#current = first;
    this.#watch(first);
  }

  readonly kill = (): Promise<void> => this.#next(this.#current);

  readonly setClockAhead = (aheadMs: number): Promise<void> => {
    this.#plan = { ...this.#plan, nodeFlags: [...this.#flags, ...clockAhead(aheadMs)] };
    return this.kill();
  };

  readonly takeDeaths = (): readonly string[] => this.#deaths.splice(0);

  readonly stop = async (): Promise<void> => {
    this.#hasStopped = true;
    await this.#coming.catch(() => undefined);
    await endProcess(this.#current);
    await this.#log.close();
  };

  #watch(run: Run): void {
    void run.ended.then((reason) => {
      // Whoever has killed it has put another in its place, or is about to.
      if (this.#hasStopped || run.child.killed || run !== this.#current) return;
      const { logFile } = this.#plan;
      if (!this.#mayEnd || hasCrashed(logFile))
        this.#deaths.push(`${this.name} ended by itself (${reason}); its last words are in ${logFile}`);
      // Its end is told already, and so is that it does not come back.
      this.#next(run).catch(() => undefined);
    });
  }

  #next(old: Run): Promise<void> {
    this.#coming = this.#coming.then(() => this.#replace(old));
    return this.#coming;
  }

  async #replace(old: Run): Promise<void> {
    // Somebody else may have replaced it meanwhile.
    if (this.#hasStopped || old !== this.#current) return;
    old.child.kill('SIGKILL');
    await old.ended;
    for (let attempt = 1; ; attempt++) {
      // The kernel may need a moment to give the port back.
      const run = runOnce(this.#plan, this.#log, { PORT: new URL(this.url).port });
      const problem = await heardInTime(run).catch((reason: unknown) => reason ?? 'no reason');
      if (typeof problem === 'string') {
        this.#current = run;
        this.#watch(run);
        return;
      }
      if (attempt === ATTEMPTS)
        throw new Error(`${this.name} did not come back; see ${this.#plan.logFile}`, { cause: problem });
    }
  }
}

/** What nobody has caught makes Node end with its own name as the last word. */
function hasCrashed(logFile: string): boolean {
  return /\nNode\.js v[\d.]+\s*$/.test(readFileSync(logFile, 'utf8'));
}
