/**
 * Subgraph calls as they were seen, grouped into waves: what waited for the wave before it, and what ran side by side.
 * Pure; knows no gateway.
 */

export interface RecordedCall {
  readonly url: string;
  readonly body: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface Call {
  readonly url: string;
  readonly body: string;
}

export type Waves = readonly (readonly Call[])[];

/** A call belongs to the first wave that comes after every call that had ended when it started. */
export function groupWaves(calls: readonly RecordedCall[]): Waves {
  const inOrder = calls.toSorted((one, other) => one.startedAtMs - other.startedAtMs);
  const waveOf = new Map<RecordedCall, number>();
  const waves: Call[][] = [];
  for (const call of inOrder) {
    const earlier = inOrder.filter(({ endedAtMs }) => endedAtMs <= call.startedAtMs);
    const wave = Math.max(-1, ...earlier.map((other) => waveOf.get(other) ?? -1)) + 1;
    waveOf.set(call, wave);
    (waves[wave] ??= []).push({ url: call.url, body: call.body });
  }
  return waves;
}
