/**
 * Whether the gateway can do its work right now, asked at most once a second and never twice at a time, so that
 * many probes cost the subgraphs no more than one. Knows neither HTTP nor what is asked.
 */

export interface ReadinessFailure {
  readonly code: string;
  readonly subgraph?: string;
}

/** No failures: ready. */
export type ReadinessProbe = () => Promise<readonly ReadinessFailure[]>;

const CACHED_MS = 1_000;

/** `nowMs` is a clock that never goes back. */
export function cacheProbe(probe: ReadinessProbe, nowMs: () => number): ReadinessProbe {
  let running: ReturnType<ReadinessProbe> | undefined;
  let last: { readonly failures: readonly ReadinessFailure[]; readonly untilMs: number } | undefined;

  async function probeOnce(): Promise<readonly ReadinessFailure[]> {
    try {
      const failures = await probe();
      last = { failures, untilMs: nowMs() + CACHED_MS };
      return failures;
    } finally {
      running = undefined;
    }
  }

  return () => {
    if (last !== undefined && nowMs() < last.untilMs) return Promise.resolve(last.failures);
    running ??= probeOnce();
    return running;
  };
}
