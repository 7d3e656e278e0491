/**
 * Which snapshot a request gets: the current one, for as long as the request runs. A new supergraph makes a new
 * snapshot, which knows the operations that the old one answered most before it takes over; the old one ends with its
 * last request. Knows neither HTTP nor where a supergraph comes from.
 */

import { createHash } from 'node:crypto';

import type { Supergraph } from '../supergraph/read-supergraph.ts';
import type { Reading } from '../supergraph/source.ts';
import type { RefusalReason } from '../supergraph/supergraph-refused.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import { createSnapshot, type Snapshot, type SnapshotParts } from './snapshot.ts';
import { SupergraphRefusals, type Refusal } from './supergraph-refusals.ts';

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
  readonly refused?: Refusal;
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
  readonly replace: (read: () => Promise<Reading>) => Promise<unknown>;
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
  const first = new Held(await createSnapshot(supergraph, parts), parts.log);
  return new Succession(first, stateOf(supergraph), { parts, insteadOf });
}

class Succession implements Snapshots {
  readonly #parts: SnapshotsParts;
  readonly #changes = new Changes();
  readonly #refusals: SupergraphRefusals;
  readonly #living: Set<Held>;
  #current: Held;
  #state: SupergraphState;
  #replacing: Promise<unknown> = Promise.resolve();
  #isStopping = false;

  constructor(
    first: Held,
    state: SupergraphState,
    { parts, insteadOf }: { readonly parts: SnapshotsParts; readonly insteadOf: unknown },
  ) {
    this.#parts = parts;
    this.#refusals = new SupergraphRefusals(parts.log);
    this.#living = new Set([first]);
    this.#current = first;
    this.#state = state;
    if (insteadOf === undefined) return;
    this.#state = { ...state, isKeptCopy: true };
    this.#refuse(insteadOf, 'the source gives no supergraph that can be used; the kept copy is served');
  }

  get refusals(): ReadonlyMap<RefusalReason, number> {
    return this.#refusals.counts;
  }

  enter(): Lease {
    return this.#current.enter();
  }

  onChange(listener: () => void): () => void {
    return this.#changes.listen(listener);
  }

  state(): SupergraphState {
    return this.#state;
  }

  replace(read: () => Promise<Reading>): Promise<unknown> {
    return (this.#replacing = this.#replacing.then(() => this.#replaceNow(read)));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#replacing;
    await Promise.all([...this.#living].map((held) => held.end()));
  }

  async #replaceNow(read: () => Promise<Reading>): Promise<unknown> {
    try {
      const reading = await read();
      if (this.#isStopping || reading === 'given up') return undefined;
      if (reading === 'unchanged' || reading.sdl === this.#current.snapshot.sdl) this.#stay();
      else await this.#takeOver(reading);
      this.#refusals.forget();
      return undefined;
    } catch (error) {
      this.#refuse(error, 'supergraph refused; the old one stays');
      return error;
    }
  }

  #stay(): void {
    const { hash, servedSince, refused } = this.#state;
    if (refused !== undefined) this.#parts.log.info({ hash }, 'the source gives the served supergraph again');
    this.#state = { hash, servedSince };
  }

  async #takeOver(next: Supergraph): Promise<void> {
    const { log } = this.#parts;
    const startedAt = performance.now();
    const held = new Held(await createSnapshot(next, this.#parts), log);
    this.#living.add(held);
    const isInVain = () => this.#isStopping;
    const warmed = await warm(held.snapshot, this.#current.snapshot, isInVain);
    await this.#parts.documents.prepare(held.snapshot, isInVain);
    const old = this.#current;
    this.#current = held;
    this.#state = stateOf(next);
    this.#changes.tell();
    void old.retire().then(() => this.#living.delete(old));
    const durationMs = Math.round(performance.now() - startedAt);
    log.info({ hash: this.#state.hash, warmed, durationMs }, 'supergraph taken over');
  }

  #refuse(error: unknown, sentence: string): void {
    this.#state = { ...this.#state, refused: this.#refusals.refuse(error, this.#state.hash, sentence) };
  }
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
