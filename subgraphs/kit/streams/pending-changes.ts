/**
 * What one stream has yet to tell: each entity once, however often it changes, and of a bounded number of entities. Ends
 * in one of two ways: what is left is still told, or a failure takes its place. Knows no entity and no transport.
 */

export interface PendingChanges<Failure> {
  /** Later than what is pending; a second time it changes nothing. */
  readonly add: (id: string) => void;
  /** The next one; undefined when there will be none. */
  readonly take: () => Promise<string | undefined>;
  /** No more is added; what is pending is still given. */
  readonly finish: () => void;
  /** Gives nothing more, and the failure is what is left to say. */
  readonly fail: (failure: Failure) => void;
  readonly failure: () => Failure | undefined;
}

/** `onFull` says what it fails with when more entities are pending than may be. */
export function createPendingChanges<Failure>(most: number, onFull: () => Failure): PendingChanges<Failure> {
  const ids = new Set<string>();
  let isOver = false;
  let failure: Failure | undefined;
  let wake = (): void => undefined;
  const fail = (because: Failure) => {
    if (failure !== undefined) return;
    failure = because;
    isOver = true;
    ids.clear();
    wake();
  };
  return {
    add: (id) => {
      if (isOver) return;
      ids.add(id);
      if (ids.size > most) fail(onFull());
      else wake();
    },
    take: async () => {
      while (ids.size === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const [next] = ids;
      if (next !== undefined) ids.delete(next);
      return next;
    },
    finish: () => {
      isOver = true;
      wake();
    },
    fail,
    failure: () => failure,
  };
}
