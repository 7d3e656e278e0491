/**
 * How long is measured, and with how many connections. Knows nothing else.
 */

export interface Pace {
  readonly warmUpMs: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly connections: number;
}

export const FULL_PACE: Pace = { warmUpMs: 4_000, rounds: 5, roundMs: 2_000, connections: 4 };
/** Everything within two minutes. Compilers have seen little by then, so that large answers look dear everywhere. */
export const QUICK_PACE: Pace = { warmUpMs: 800, rounds: 3, roundMs: 400, connections: 4 };
