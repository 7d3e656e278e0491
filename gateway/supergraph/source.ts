/**
 * Where supergraphs come from, as those who follow one see it: read, judged, watched. Knows no file and no address.
 */

import type { Supergraph } from './read-supergraph.ts';
import { isVerdict, type SupergraphRefused } from './supergraph-refused.ts';

/** `unchanged`: still the one that was served last. `given up`: the source was stopped meanwhile. */
export type Reading = Supergraph | 'unchanged' | 'given up';

export interface SupergraphSource {
  /** Rejects with SupergraphRefused; also, without looking at it anew, where it is still the one that was refused. */
  readonly read: () => Promise<Reading>;
  /** What became of what was read last: refused with the error, or served. Never rejects. */
  readonly judge: (refusal?: unknown) => Promise<void>;
  /** The last good one, for a start without; undefined where none is kept. Rejects with SupergraphRefused. */
  readonly readKept: () => Promise<Supergraph | undefined>;
  /** Calls `look`, which must not reject, whenever there may be another one. */
  readonly watch: (look: () => Promise<void>) => void;
  /** Nothing is told any more, and what is being read is given up. */
  readonly stop: () => void;
}

/** What was read last, by a key that only the same has, and what became of it. */
export class LastJudged {
  #judged: { readonly key: string; readonly refusal: SupergraphRefused | undefined } | undefined;

  /** Whether it is the one that is served. Throws why where it is the one that was refused. */
  isServed(key: string): boolean {
    if (this.#judged?.key !== key) return false;
    if (this.#judged.refusal !== undefined) throw this.#judged.refusal;
    return true;
  }

  /** What is no verdict on the supergraph is forgotten. */
  remember(key: string, refusal: unknown): void {
    this.#judged = isVerdict(refusal) ? { key, refusal } : undefined;
  }
}
