/**
 * What a process and all that it has started have used, as Linux counts it in /proc. Knows no gateway.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** User and system time of all threads, and of children that have ended and been waited for. */
  readonly cpuMs: number;
}

/** Linux counts in hundredths of a second here, whatever its timer does (USER_HZ). */
const TICK_MS = 10;

/** One line of /proc/PID/stat (proc_pid_stat(5)). The name may hold spaces and brackets; nothing after it does. */
export function parseStat(line: string): ProcessStat {
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  // Counted from state, the third field: ppid, then utime, stime, cutime and cstime.
  const [, parent = 0] = fields;
  const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
  return { pid: Number.parseInt(line, 10), parent, cpuMs: ticks * TICK_MS };
}

/** The process, then its descendants. */
export function findTree(root: number, all: readonly ProcessStat[]): readonly ProcessStat[] {
  const tree = all.filter(({ pid }) => pid === root);
  // The list grows while it is walked, until nobody has a child that is not in it.
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

export function readCpuMs(root: number): number {
  return findTree(root, readStats()).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** The highest since `forgetPeakMemory`, in MB of 10^6 bytes. */
export function readPeakMemoryMb(root: number): number {
  const all = findTree(root, readStats()).map(({ pid }) => readFileSync(`/proc/${pid}/status`, 'utf8'));
  return sumOfPeaksMb(all);
}

/** proc_pid_clear_refs(5): from here on the peak counts anew. */
export function forgetPeakMemory(root: number): void {
  for (const { pid } of findTree(root, readStats())) writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/**
 * Of texts of /proc/PID/status (proc_pid_status(5)), the first that of the root. What processes have of files, which is
 * the program that all of them run, is in memory once.
 */
export function sumOfPeaksMb(statuses: readonly string[]): number {
  const [root = '', ...others] = statuses;
  const kibibytes = others.reduce(
    (sum, status) =>
      sum + sizeIn(status, 'VmHWM') - Math.min(sizeIn(status, 'RssFile'), sizeIn(root, 'RssFile')),
    sizeIn(root, 'VmHWM'),
  );
  return (kibibytes * 1024) / 1e6;
}

function sizeIn(status: string, name: string): number {
  const line = status.split('\n').find((each) => each.startsWith(`${name}:`)) ?? '';
  return Number.parseInt(line.slice(name.length + 1), 10) || 0;
}

function readStats(): readonly ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))];
      } catch {
        // It has ended between the listing and the reading.
        return [];
      }
    });
}
