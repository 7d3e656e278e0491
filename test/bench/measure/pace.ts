/**
 * How long is measured, and with how many connections. Knows nothing else.
 */

export interface Pace {
  /** Instead of `warmUpMs` before the first scenario, when all of a gateway is new to its compilers. */
  readonly firstWarmUpMs: number;
  readonly warmUpMs: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly connections: number;
}

export const FULL_PACE: Pace = {
  firstWarmUpMs: 4_000,
  warmUpMs: 4_000,
  rounds: 5,
  roundMs: 2_000,
  connections: 4,
};
/** Everything within two minutes. Compilers have seen little by then, so that large answers look dear everywhere. */
export const QUICK_PACE: Pace = {
  firstWarmUpMs: 2_200,
  warmUpMs: 600,
  rounds: 3,
  roundMs: 400,
  connections: 4,
};

export function whenNew(pace: Pace): Pace {
  return { ...pace, warmUpMs: pace.firstWarmUpMs };
}
