/**
 * What was measured of one gateway in one scenario, and how rounds become one figure. Pure; knows no process.
 */

import { median, spread } from './statistics.ts';

/** One round of load on one gateway. */
export interface Round {
  readonly requests: number;
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly calls: number;
}

/** Medians over the rounds; all but memory and latency per request. */
export interface Measurement {
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The highest while the scenario ran. */
  readonly rssMb: number;
  readonly calls: number;
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
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
    rssMb,
    calls: median(rounds.map(({ calls, requests }) => calls / requests)),
    requests: rounds.reduce((sum, { requests }) => sum + requests, 0),
    cpuSpread: spread(cpuPerRequest),
  };
}
