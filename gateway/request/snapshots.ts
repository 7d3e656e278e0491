/**
 * Which snapshot a request gets: the current one, for as long as the request runs. A new supergraph makes a new
 * snapshot, which knows the operations that the old one answered most before it takes over; the old one ends with its
 * last request. Knows neither HTTP nor where a supergraph comes from.
 */

import { createHash } from 'node:crypto';

import { StartRefused } from '../base/start-refused.ts';
import type { Supergraph } from '../supergraph/read-supergraph.ts';
import { reasonOf, type RefusalReason } from '../supergraph/supergraph-refused.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import { createSnapshot, type Snapshot, type SnapshotParts } from './snapshot.ts';

/** More would make the takeover late; what is not among them is planned when it is asked. */
const MOST_WARMED = 200;
const WARMING_MS = 30_000;

export interface Lease {
  readonly snapshot: Snapshot;
  /** Whether no other one has taken over. */
  readonly isCurrent: () => boolean;
  /** Once, when nothing of the request runs any more. */
  readonly leave: () => void;
}

/** For operators: which supergraph answers, and whether a newer one was refused. Why is in the log. */
export interface SupergraphState {
  readonly hash: string;
  readonly servedSince: string;
  /** Where it is the copy that was kept of an earlier one, because its source gave none at the start. */
  readonly isKeptCopy?: true;
  /** The last one that was refused, until one is taken over. */
  readonly refused?: { readonly at: string; readonly reason: RefusalReason };
}

export interface Snapshots {
  readonly enter: () => Lease;
  /** Called whenever another one has taken over; gives what ends that. */
  readonly onChange: (listener: () => void) => () => void;
  readonly state: () => SupergraphState;
  /**
   * Reads the supergraph and takes it over; `unchanged` is the one that is served. Never rejects: where it cannot be
   * used, the old one stays, and why is given.
   */
  readonly replace: (read: () => Promise<Supergraph | 'unchanged'>) => Promise<unknown>;
  /** Since the start, by reason. */
  readonly refusals: ReadonlyMap<RefusalReason, number>;
  /** At once; only when no request comes any more. */
  readonly stop: () => Promise<void>;
}

export interface SnapshotsParts extends SnapshotParts {
  readonly documents: SnapshotParts['documents'] & {
    /** Readies a snapshot that is about to take over. Never rejects. */
    readonly prepare: (snapshot: Snapshot, isInVain: () => boolean) => Promise<void>;
  };
}

/** `insteadOf` says why it is a kept copy and not what its source gives. Throws StartRefused. */
export async function createSnapshots(
  supergraph: Supergraph,
  parts: SnapshotsParts,
  insteadOf?: unknown,
): Promise<Snapshots> {
  const { log } = parts;
  const refusals = new Map<RefusalReason, number>();
  let current = new Held(await createSnapshot(supergraph, parts), log);
  const living = new Set([current]);
  const changes = new Changes();
  let state = stateOf(supergraph);
  let replacing: Promise<unknown> = Promise.resolve();
  let isStopping = false;
  let lastReasons = '';
  if (insteadOf !== undefined) {
    state = { ...state, isKeptCopy: true };
    refuse(insteadOf, 'the source gives no supergraph that can be used; the kept copy is served');
  }

  function refuse(error: unknown, sentence: string): void {
    const reasons = error instanceof StartRefused ? error.problems : [describeError(error)];
    const reason = reasonOf(error);
    refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    state = { ...state, refused: { at: new Date().toISOString(), reason } };
    // What is asked for again and again fails again and again for the same reason.
    const isKnown = lastReasons === reasons.join();
    lastReasons = reasons.join();
    log[isKnown ? 'debug' : 'error']({ reason, reasons, served: state.hash }, sentence);
  }

  async function takeOver(next: Supergraph | 'unchanged'): Promise<void> {
    if (isStopping) return;
    if (next === 'unchanged' || next.sdl === current.snapshot.sdl) {
      const { hash, servedSince, refused } = state;
      if (refused !== undefined) log.info({ hash }, 'the source gives the served supergraph again');
      state = { hash, servedSince };
      return;
    }
    const startedAt = performance.now();
    const held = new Held(await createSnapshot(next, parts), log);
    living.add(held);
    const warmed = await warm(held.snapshot, current.snapshot, () => isStopping);
    await parts.documents.prepare(held.snapshot, () => isStopping);
    const old = current;
    current = held;
    state = stateOf(next);
    changes.tell();
    void old.retire().then(() => living.delete(old));
    const durationMs = Math.round(performance.now() - startedAt);
    log.info({ hash: state.hash, warmed, durationMs }, 'supergraph taken over');
  }

  async function replaceNow(read: () => Promise<Supergraph | 'unchanged'>): Promise<unknown> {
    try {
      await takeOver(await read());
      lastReasons = '';
      return undefined;
    } catch (error) {
      refuse(error, 'supergraph refused; the old one stays');
      return error;
    }
  }

  return {
    enter: () => current.enter(),
    onChange: (listener) => changes.listen(listener),
    state: () => state,
    refusals,
    replace: (read) => (replacing = replacing.then(() => replaceNow(read))),
    async stop() {
      isStopping = true;
      await replacing;
      await Promise.all([...living].map((held) => held.end()));
    },
  };
}

function stateOf({ sdl }: Supergraph): SupergraphState {
  return { hash: hashOf(sdl), servedSince: new Date().toISOString() };
}

/** Short enough to compare by eye; nobody gains by forging it. */
function hashOf(sdl: string): string {
  return createHash('sha256').update(sdl).digest('hex').slice(0, 16);
}

class Changes {
  readonly #listeners = new Set<() => void>();

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A snapshot and how many requests use it. */
class Held implements Lease {
  readonly snapshot: Snapshot;
  readonly leave: () => void;
  readonly isCurrent = () => !this.#isRetired;
  readonly #log: Logger;
  readonly #unused: PromiseWithResolvers<void> = Promise.withResolvers();
  #running = 0;
  #isRetired = false;
  #ending: Promise<void> | undefined;

  constructor(snapshot: Snapshot, log: Logger) {
    this.snapshot = snapshot;
    this.#log = log;
    this.leave = () => {
      this.#running -= 1;
      this.#tellUnused();
    };
  }

  enter(): Lease {
    this.#running += 1;
    return this;
  }

  /** Ends with the last request. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    this.#tellUnused();
    await this.#unused.promise;
    await this.end();
  }

  /** At once, whoever uses it. */
  end(): Promise<void> {
    return (this.#ending ??= this.snapshot.close().catch((error: unknown) => {
      this.#log.error({ cause: describeError(error) }, 'snapshot did not end in order');
    }));
  }

  #tellUnused(): void {
    if (this.#isRetired && this.#running === 0) this.#unused.resolve();
  }
}

/** How many operations of the old snapshot the new one has prepared. */
async function warm(
  { prepared }: Snapshot,
  { prepared: old }: Snapshot,
  isInVain: () => boolean,
): Promise<number> {
  const deadline = performance.now() + WARMING_MS;
  let warmed = 0;
  for (const operation of old?.mostUsed(MOST_WARMED) ?? []) {
    if (isInVain() || performance.now() > deadline) break;
    if ((await prepared?.warm(operation)) === true) warmed += 1;
  }
  return warmed;
}
