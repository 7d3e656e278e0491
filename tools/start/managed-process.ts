/**
 * One server process of the company: started, heard when it listens, restarted when it dies, stopped on request.
 * It stands in a process group of its own, so that Ctrl-C reaches it only through our ordered stop, and it ends by
 * itself when we are gone. Knows nothing of what the process serves.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { writeSync } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';

import { CommandRefused } from '../command-refused.ts';

export interface ProcessPlan {
  readonly name: string;
  /** The file that Node runs, with its arguments. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly nodeFlags?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Where its log goes besides the file. */
  readonly onOutput: ((chunk: Buffer) => void) | undefined;
  /** Hears of deaths and restarts, in sentences. */
  readonly onNews: (sentence: string) => void;
}

export interface ManagedProcess {
  readonly url: string;
  readonly pid: () => number | undefined;
  readonly stop: () => Promise<void>;
}

const LISTENS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 15_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** One that has run so long was well; its next death starts with a short pause again. */
const WELL_AFTER_MS = 60_000;
const LAST_LINES = 12;

/**
 * Resolves when the process listens.
 * @throws CommandRefused with the last lines of its log where it ends before, or does not listen in time.
 */
export async function startProcess(plan: ProcessPlan): Promise<ManagedProcess> {
  const log = await open(plan.logFile, 'w', 0o600);
  const first = runOnce(plan, log, {});
  const url = await heardInTime(first).catch(async (problem: unknown) => {
    await endProcess(first);
    await log.close();
    throw new CommandRefused(
      `${plan.name} did not start. Its last words (${plan.logFile}):\n${await lastLines(plan.logFile)}`,
      problem,
    );
  });
  const supervision = supervise(plan, log, first, url);
  return {
    url,
    pid: () => supervision.current().child.pid,
    stop: async () => {
      await supervision.stop();
      await log.close();
    },
  };
}

export interface Run {
  readonly child: ChildProcess;
  readonly startedAtMs: number;
  /** Resolves with the address; rejects when the process ends before it has one. */
  readonly listening: Promise<string>;
  readonly ended: Promise<string>;
}

export function runOnce(plan: ProcessPlan, log: FileHandle, extra: NodeJS.ProcessEnv): Run {
  const child = spawn(process.execPath, [...(plan.nodeFlags ?? []), plan.file, ...(plan.args ?? [])], {
    env: { ...plan.environment, ...extra },
    // Straight into the file, unless somebody wants to see it too: then every line costs us a copy.
    stdio:
      plan.onOutput === undefined ? ['ignore', log.fd, log.fd, 'ipc'] : ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      writeSync(log.fd, chunk);
      plan.onOutput?.(chunk);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (problem) => resolve(problem.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const listening = new Promise<string>((resolve, reject) => {
    child.on('message', (message) => {
      if (isListening(message)) resolve(message.url);
    });
    void ended.then((reason) => reject(new Error(`ended with ${reason}`)));
  });
  // Whoever waits for the address hears of it; after that the end is news of its own.
  listening.catch(() => undefined);
  return { child, startedAtMs: performance.now(), listening, ended };
}

function supervise(
  plan: ProcessPlan,
  log: FileHandle,
  first: Run,
  url: string,
): { readonly current: () => Run; readonly stop: () => Promise<void> } {
  let current = first;
  let isStopping = false;
  let pauseMs = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | undefined;

  function restart(): void {
    // The others know the old address, so the new process takes the same port.
    current = runOnce(plan, log, { PORT: new URL(url).port });
    current.listening.then(
      () => plan.onNews(`${plan.name} runs again.`),
      () => undefined,
    );
    watch();
  }
  function watch(): void {
    const { ended, startedAtMs } = current;
    void ended.then((reason) => {
      if (isStopping) return;
      pauseMs =
        performance.now() - startedAtMs > WELL_AFTER_MS
          ? FIRST_PAUSE_MS
          : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      plan.onNews(
        `${plan.name} ended (${reason}) and is started again in ${pauseMs / 1000} s; its log is ${plan.logFile}.`,
      );
      timer = setTimeout(restart, pauseMs);
    });
  }
  watch();
  return {
    current: () => current,
    stop: () => {
      isStopping = true;
      clearTimeout(timer);
      return endProcess(current);
    },
  };
}

export async function heardInTime(run: Run): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not listening after ${LISTENS_WITHIN_MS / 1000} s`)),
      LISTENS_WITHIN_MS,
    );
  });
  try {
    return await Promise.race([run.listening, late]);
  } finally {
    clearTimeout(timer);
  }
}

export async function endProcess({ child, ended }: Run): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-LAST_LINES).join('\n');
}

function isListening(message: unknown): message is { readonly url: string } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    message.kind === 'listening' &&
    'url' in message &&
    typeof message.url === 'string'
  );
}
