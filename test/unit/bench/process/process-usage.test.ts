/**
 * What Linux says of processes, read right: names that look like fields, and families.
 */

import { findTree, parseStat, sumOfPeaksMb } from '../../../bench/process/process-usage.ts';

/** The line of proc_pid_stat(5) up to cstime, with times in hundredths of a second. */
function statLine(pid: number, name: string, parent: number): string {
  const [utime, stime, cutime, cstime] = [250, 50, 7, 3];
  return `${pid} (${name}) S ${parent} 90 90 0 -1 4194304 1 2 3 4 ${utime} ${stime} ${cutime} ${cstime} 20 0 11`;
}

test('CPU time is of the process in user and kernel, and of children that have ended', () => {
  expect(parseStat(statLine(42, 'node', 7))).toEqual({ pid: 42, parent: 7, cpuMs: 3100 });
});

test('a name may look like the fields after it', () => {
  expect(parseStat(statLine(42, 'a) S 1 (b', 7))).toEqual({ pid: 42, parent: 7, cpuMs: 3100 });
});

test('a tree is the process with all descendants and nobody else', () => {
  const family = [
    [5, 4],
    [3, 2],
    [1, 0],
    [2, 1],
    [4, 2],
    [9, 8],
    [8, 0],
  ].map(([pid = 0, parent = 0]) => ({ pid, parent, cpuMs: 1 }));

  expect(
    findTree(2, family)
      .map(({ pid }) => pid)
      .sort(),
  ).toEqual([2, 3, 4, 5]);
});

test('a process that has ended has no tree', () => {
  expect(findTree(6, [{ pid: 1, parent: 0, cpuMs: 1 }])).toEqual([]);
});

test('of the program that all processes run, a tree of them holds one', () => {
  const status = (peak: number, file: number) =>
    `Name:\tnode\nVmHWM:\t  ${peak} kB\nRssAnon:\t  ${peak - file} kB\nRssFile:\t  ${file} kB\n`;
  const [gateway, planner] = [status(150_000, 50_000), status(100_000, 60_000)];

  expect(sumOfPeaksMb([gateway])).toBeCloseTo(153.6);
  expect(sumOfPeaksMb([gateway, planner])).toBeCloseTo(204.8);
  expect(sumOfPeaksMb([])).toBe(0);
});
