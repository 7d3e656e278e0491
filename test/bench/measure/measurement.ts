/**
 * What was measured of one gateway in one scenario, and how rounds become one figure. Pure; knows no process.
 */

import { median, spread } from './statistics.ts';

/** What is counted behind the gateway: `calls` to subgraphs, and where it is known what the systems spend. */
export interface Counters {
  readonly calls: number;
  readonly subgraphsCpuMs?: number;
  readonly databaseCpuMs?: number;
  /** How long requests have waited for at least one subgraph. */
  readonly subgraphsMs?: number;
  /** How long statements have run, those side by side counted each. */
  readonly databaseMs?: number;
}

const COUNTERS = ['calls', 'subgraphsCpuMs', 'databaseCpuMs', 'subgraphsMs', 'databaseMs'] as const;

/** One round of load on one gateway. */
export interface Round {
  readonly requests: number;
  readonly cpuMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly counters: Counters;
}

/** Medians over the rounds; all but memory and latency per request. */
export interface Measurement extends Counters {
  readonly cpuMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The highest while the scenario ran. */
  readonly rssMb: number;
  readonly requests: number;
  /** Between the dearest round and the cheapest, as a share of the median. */
  readonly cpuSpread: number;
}

export type Outcome =
  | { readonly kind: 'measured'; readonly measurement: Measurement }
  | { readonly kind: 'refused'; readonly because: string };

export function summarise(rounds: readonly Round[], rssMb: number): Measurement {
  const cpuPerRequest = rounds.map(({ cpuMs, requests }) => cpuMs / requests);
  return {
    cpuMs: median(cpuPerRequest),
    meanMs: median(rounds.map(({ meanMs }) => meanMs)),
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
    rssMb,
    ...countersPerRequest(rounds),
    requests: rounds.reduce((sum, { requests }) => sum + requests, 0),
    cpuSpread: spread(cpuPerRequest),
  };
}

/** What has been counted between the two readings. */
export function differences(before: Counters, after: Counters): Counters {
  return mapCounters((name) => subtract(after[name], before[name]));
}

function countersPerRequest(rounds: readonly Round[]): Counters {
  return mapCounters((name) => {
    const values = rounds.flatMap(({ counters, requests }) => {
      const count = counters[name];
      return count === undefined ? [] : [count / requests];
    });
    return values.length === 0 ? undefined : median(values);
  });
}

function mapCounters(valueOf: (name: (typeof COUNTERS)[number]) => number | undefined): Counters {
  const known = COUNTERS.flatMap((name) => {
    const value = valueOf(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { calls: 0, ...Object.fromEntries(known) };
}

function subtract(from: number | undefined, value: number | undefined): number | undefined {
  return from === undefined || value === undefined ? undefined : from - value;
}
