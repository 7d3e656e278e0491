/**
 * Whether the gateway can do its work right now, asked at most once a second and never twice at a time, so that
 * many probes cost the subgraphs no more than one. Knows neither HTTP nor what is asked.
 */

export interface ReadinessFailure {
  readonly code: string;
  readonly subgraph?: string;
}

export interface Readiness {
  readonly failures: readonly ReadinessFailure[];
  /** Whether anything at all is answered. */
  readonly servesSome: boolean;
}

export type ReadinessProbe = () => Promise<Readiness>;

const CACHED_MS = 1_000;

/** `nowMs` is a clock that never goes back. */
export function cacheProbe(probe: ReadinessProbe, nowMs: () => number): ReadinessProbe {
  let running: ReturnType<ReadinessProbe> | undefined;
  let last: { readonly readiness: Readiness; readonly untilMs: number } | undefined;

  async function probeOnce(): Promise<Readiness> {
    try {
      const readiness = await probe();
      last = { readiness, untilMs: nowMs() + CACHED_MS };
      return readiness;
    } finally {
      running = undefined;
    }
  }

  return () => {
    if (last !== undefined && nowMs() < last.untilMs) return Promise.resolve(last.readiness);
    running ??= probeOnce();
    return running;
  };
}
