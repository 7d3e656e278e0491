/**
 * Runs a piece of work whenever somebody asks, never twice at the same moment, and now and then without being asked.
 * Asked while it runs, it runs once more. A run that fails is tried again after a while.
 */

export interface AskedWork {
  readonly ask: () => void;
  /** Waits for the run that goes on. */
  readonly stop: () => Promise<void>;
}

export interface AskedWorkOptions {
  readonly work: () => Promise<void>;
  readonly onProblem: (problem: unknown) => void;
  readonly atLeastEveryMs: number;
}

export function runWhenAsked({ work, onProblem, atLeastEveryMs }: AskedWorkOptions): AskedWork {
  let isAsked = false;
  let isStopped = false;
  let running: Promise<void> | undefined;
  const run = async () => {
    while (isAsked && !isStopped) {
      isAsked = false;
      await work().catch(onProblem);
    }
    running = undefined;
  };
  const ask = () => {
    isAsked = true;
    if (!isStopped) running ??= run();
  };
  const timer = setInterval(ask, atLeastEveryMs);
  ask();
  return {
    ask,
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
