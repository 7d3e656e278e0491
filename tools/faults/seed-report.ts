/**
 * What a fault run says of a seed and of all of them together: numbers, and a sentence for each thing that was not
 * right. Knows no database.
 */

import type { WriteFindings } from './check-writes.ts';
import type { FaultKind } from './fault.ts';
import { finalOutcome, type Write } from './journal.ts';

type FaultCounts = Readonly<Partial<Record<FaultKind, number>>>;

export interface Totals {
  readonly seeds: number;
  readonly writes: number;
  readonly attempts: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly effects: number;
  /** Writes of which an attempt had no known outcome, and whose client knows it in the end. */
  readonly unknownResolved: number;
  readonly duplicates: number;
  readonly lost: number;
  readonly kills: number;
  readonly faults: FaultCounts;
}

export interface SeedReport extends Totals {
  readonly seed: number;
  readonly problems: readonly string[];
}

export const NOTHING_YET: Totals = {
  seeds: 0,
  writes: 0,
  attempts: 0,
  acknowledged: 0,
  refused: 0,
  effects: 0,
  unknownResolved: 0,
  duplicates: 0,
  lost: 0,
  kills: 0,
  faults: {},
};

export interface SeedFacts {
  readonly seed: number;
  readonly journal: readonly Write[];
  readonly findings: WriteFindings;
  readonly kills: number;
  readonly struckBefore: FaultCounts;
  readonly struck: FaultCounts;
}

export function reportOf({ seed, journal, findings, kills, struckBefore, struck }: SeedFacts): SeedReport {
  const ends = journal.map(finalOutcome);
  const isTold = (write: Write) => ['done', 'refused'].includes(finalOutcome(write).kind);
  return {
    seed,
    seeds: 1,
    writes: journal.length,
    attempts: journal.reduce((sum, { outcomes }) => sum + outcomes.length, 0),
    acknowledged: ends.filter(({ kind }) => kind === 'done').length,
    refused: ends.filter(({ kind }) => kind === 'refused').length,
    effects: findings.effects,
    unknownResolved: journal.filter(
      (write) => isTold(write) && write.outcomes.some(({ kind }) => kind === 'unknown'),
    ).length,
    duplicates: findings.duplicates,
    lost: findings.lost,
    kills,
    faults: combine(struck, struckBefore, (now, before) => now - before),
    problems: findings.problems,
  };
}

export function addTotals(left: Totals, right: Totals): Totals {
  const { faults: _faults, ...numbers } = NOTHING_YET;
  // Reason for the cast: Object.keys forgets the key type of a record whose keys are known.
  const names = Object.keys(numbers) as (keyof typeof numbers)[];
  const sums = Object.fromEntries(names.map((name) => [name, left[name] + right[name]]));
  // Reason for the cast: the same names have just been listed.
  return {
    ...(sums as Omit<Totals, 'faults'>),
    faults: combine(left.faults, right.faults, (one, other) => one + other),
  };
}

/** In one line, in the order in which somebody asks. */
export function printTotals(totals: Totals): string {
  const { faults, seeds, writes, attempts, acknowledged, refused, effects, unknownResolved } = totals;
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  return [
    `seeds ${seeds}, writes ${writes} in ${attempts} attempts, acknowledged ${acknowledged}, refused ${refused}`,
    `effects ${effects}, unknown resolved ${unknownResolved}, duplicates ${totals.duplicates}, lost ${totals.lost}`,
    `kills ${totals.kills}, faults: ${kinds.length === 0 ? 'none' : kinds.sort().join(', ')}`,
  ].join('; ');
}

function combine(
  left: FaultCounts,
  right: FaultCounts,
  join: (left: number, right: number) => number,
): FaultCounts {
  // Reason for the cast: Object.keys forgets the key type of a record whose keys are known.
  const kinds = [...new Set([...Object.keys(left), ...Object.keys(right)])] as FaultKind[];
  const joined = kinds.map((kind) => [kind, join(left[kind] ?? 0, right[kind] ?? 0)] as const);
  return Object.fromEntries(joined.filter(([, count]) => count !== 0));
}
