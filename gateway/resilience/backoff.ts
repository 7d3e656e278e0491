/**
 * How long to wait before a repetition: twice as long each time at the most, and by full jitter anything up to that,
 * so that those who failed together do not come back together. Pure.
 */

import type { RetryOptions } from '../config/subgraph-options.ts';

/** `retry` counts from 1; `random` gives 0 to 1. */
export function backoffMs(
  { baseMs, maxMs }: Pick<RetryOptions, 'baseMs' | 'maxMs'>,
  retry: number,
  random: () => number,
): number {
  return random() * Math.min(maxMs, baseMs * 2 ** (retry - 1));
}
