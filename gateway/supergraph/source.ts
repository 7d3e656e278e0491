/**
 * Where supergraphs come from, as those who follow one see it: read, judged, watched. Knows no file and no address.
 */

import type { Supergraph } from './read-supergraph.ts';

export interface SupergraphSource {
  /**
   * `unchanged` where it is still the one that was served last. Rejects with SupergraphRefused; also, without looking at
   * it anew, where it is still the one that was refused.
   */
  readonly read: () => Promise<Supergraph | 'unchanged'>;
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
  #judged: { readonly key: string; readonly refusal: unknown } | undefined;

  /** Throws why it was refused; gives whether it is the one that is served. */
  isServed(key: string): boolean {
    if (this.#judged?.key !== key) return false;
    if (this.#judged.refusal !== undefined) throw this.#judged.refusal;
    return true;
  }

  remember(key: string, refusal: unknown): void {
    this.#judged = { key, refusal };
  }
}
