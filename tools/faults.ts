/**
 * `npm run faults`: runs the company under broken connections and killed processes, seed after seed, and says for each
 * whether all that took effect is what clients were told. Goes on where an earlier run was stopped.
 */

import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { CommandRefused } from './command-refused.ts';
import { readBooks } from './faults/check-books.ts';
import { startFaultCompany } from './faults/fault-company.ts';
import { runSeed } from './faults/run-seed.ts';
import { addTotals, NOTHING_YET, printTotals, type Totals } from './faults/seed-report.ts';
import { readFlags } from './read-options.ts';
import { holdCheckout } from './start/hold-checkout.ts';
import { listenForStop } from './start/listen-for-stop.ts';
import { createTeardown } from './start/teardown.ts';
import { tellProgress } from './start/tell-progress.ts';
import { makeStateFolder, replaceFile, stateFolder } from './state/state-folder.ts';

const USAGE = 'npm run faults -- [--seeds 1000] [--seed N] [--fresh]';
const OPTIONS = {
  seeds: { type: 'string' },
  seed: { type: 'string' },
  fresh: { type: 'boolean' },
} as const;
const DEFAULT_SEEDS = 20;

/** How far it has come; in a file, so that a long run can be stopped. */
interface Progress {
  readonly nextSeed: number;
  readonly totals: Totals;
  readonly failedSeeds: readonly number[];
}

const BEGINNING: Progress = { nextSeed: 1, totals: NOTHING_YET, failedSeeds: [] };

export async function run(args: readonly string[]): Promise<void> {
  const values = readFlags(args, OPTIONS, USAGE);
  const folder = path.join(stateFolder(), 'faults');
  const file = path.join(folder, 'progress.json');
  const teardown = createTeardown();
  const stop = listenForStop();
  await makeStateFolder(folder);
  teardown.add(await holdCheckout(folder, 'npm run faults'));
  try {
    if (values.fresh === true) await rm(file, { force: true });
    const only = values.seed === undefined ? undefined : wholeNumber('--seed', values.seed);
    const last = values.seeds === undefined ? DEFAULT_SEEDS : wholeNumber('--seeds', values.seeds);
    const from = only === undefined ? await readProgress(file) : { ...BEGINNING, nextSeed: only };
    say(`Databases, logs and progress are in ${folder}.`);
    const step = tellProgress(say, () => performance.now(), stop);
    const company = await startFaultCompany({ folder, step, teardown });
    const end = await runSeeds(company, { from, last: only ?? last, stop }, async (progress) => {
      if (only === undefined) await replaceFile(file, JSON.stringify(progress));
    });
    say(`\n${printTotals(end.totals)}`);
    if (end.failedSeeds.length > 0)
      throw new CommandRefused(`Not all was right with these seeds: ${end.failedSeeds.join(', ')}.`);
  } catch (problem) {
    if (!stop.aborted) throw problem;
    say('Stopped; the same command goes on with the seed that was not finished.');
  } finally {
    await teardown.run();
  }
}

interface SeedRange {
  readonly from: Progress;
  readonly last: number;
  readonly stop: AbortSignal;
}

async function runSeeds(
  company: Awaited<ReturnType<typeof startFaultCompany>>,
  { from, last, stop }: SeedRange,
  onProgress: (progress: Progress) => Promise<void>,
): Promise<Progress> {
  const books = await readBooks(company.reader);
  // Texts of writes must not meet those of an earlier run in the same databases.
  const runName = Date.now().toString(36);
  let progress = from;
  for (let seed = from.nextSeed; seed <= last; seed++) {
    const startedAt = performance.now();
    const report = await runSeed({ company, seed, runName, books, stop });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    say(`seed ${seed} (${seconds} s): ${printTotals(report)}`);
    for (const problem of report.problems) say(`  NOT RIGHT: ${problem}`);
    progress = {
      nextSeed: seed + 1,
      totals: addTotals(progress.totals, report),
      failedSeeds: report.problems.length > 0 ? [...progress.failedSeeds, seed] : progress.failedSeeds,
    };
    await onProgress(progress);
  }
  return progress;
}

async function readProgress(file: string): Promise<Progress> {
  await mkdir(path.dirname(file), { recursive: true });
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return BEGINNING;
  // Reason for the cast: our own file, written below.
  const progress = JSON.parse(text) as Progress;
  say(`Goes on with seed ${progress.nextSeed}; --fresh begins anew.`);
  return progress;
}

function wholeNumber(option: string, given: string): number {
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new CommandRefused(`${option} takes a whole number from 1. Usage: ${USAGE}`);
  return number;
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
