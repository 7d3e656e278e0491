/**
 * What was started, to be stopped in the other order. Safe to run at any moment and more than once, also while
 * something still starts.
 */

export interface Teardown {
  readonly add: (stop: () => Promise<void>) => void;
  /** Stops all that was added so far, the last first; one that fails does not keep the others from stopping. */
  readonly run: () => Promise<void>;
}

export function createTeardown(): Teardown {
  const stops: (() => Promise<void>)[] = [];
  return {
    add: (stop) => void stops.push(stop),
    run: async () => {
      const problems: unknown[] = [];
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
        await stop().catch((problem: unknown) => problems.push(problem));
      }
      if (problems.length > 0)
        throw new AggregateError(problems, `Not everything stopped: ${problems.map(String).join('; ')}`);
    },
  };
}
