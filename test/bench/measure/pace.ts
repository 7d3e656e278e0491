/**
 * How long is measured, and with how many connections. Knows nothing else.
 */

export interface Pace {
  readonly warmUpMs: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly connections: number;
}

export const FULL_PACE: Pace = { warmUpMs: 5_000, rounds: 5, roundMs: 3_000, connections: 4 };
/** Everything within two minutes; just-in-time compilers have seen little by then, and peers look worse for it. */
export const QUICK_PACE: Pace = { warmUpMs: 1_000, rounds: 3, roundMs: 600, connections: 4 };
