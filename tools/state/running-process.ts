/**
 * Whether a process that was written down earlier still runs and is still the same one: after a crash the number
 * may belong to somebody else. Reads /proc where there is one, else asks `ps`. Ends processes, starts none.
 */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 25;

/** Number and start time together name one process for good; undefined where none runs under this number. */
export async function identifyProcess(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return isAlive(pid) ? String(pid) : undefined;
  const startedAt = process.platform === 'linux' ? await startTicks(pid) : await askPs(pid, 'lstart=');
  return startedAt === undefined ? undefined : `${pid}@${startedAt}`;
}

/** What the process was started with, or undefined where it is gone, a zombie, or cannot be asked. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return process.platform === 'win32' ? undefined : askPs(pid, 'command=');
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line === '' ? undefined : line.replaceAll('\0', ' ').trim();
}

/** Sends each signal in turn and waits for the end after each; gives false where the last one did not help. */
export async function endProcess(
  isRunning: () => Promise<boolean>,
  pid: number,
  steps: readonly { readonly signal: NodeJS.Signals; readonly patienceMs: number }[],
): Promise<boolean> {
  for (const { signal, patienceMs } of steps) {
    if (!signalProcess(pid, signal)) return true;
    if (await isTrueWithin(async () => !(await isRunning()), patienceMs)) return true;
  }
  return false;
}

/** Gives false where no such process exists. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Asks again and again until the answer is true or the time is up. */
export async function isTrueWithin(ask: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  const endsAt = performance.now() + patienceMs;
  while (!(await ask())) {
    if (performance.now() > endsAt) return false;
    await pause(POLL_MS);
  }
  return true;
}

function isAlive(pid: number): boolean {
  return signalProcess(pid, 0);
}

async function startTicks(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in brackets may itself hold blanks and brackets, so count from the last one: state is field 3, start 22.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

async function askPs(pid: number, column: string): Promise<string | undefined> {
  const answer = await run('ps', ['-p', String(pid), '-o', column]).catch(() => undefined);
  const text = answer?.stdout.trim();
  return text === '' ? undefined : text;
}
