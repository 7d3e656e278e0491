/**
 * What was refused instead of being served: counted by reason, logged once for as long as the reasons are the same.
 * Knows no supergraph.
 */

import { StartRefused } from '../base/start-refused.ts';
import { reasonOf, type RefusalReason } from '../supergraph/supergraph-refused.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';

/** For operators; why is in the log. */
export interface Refusal {
  readonly at: string;
  readonly reason: RefusalReason;
}

export class SupergraphRefusals {
  readonly counts = new Map<RefusalReason, number>();
  readonly #log: Logger;
  #lastReasons = '';

  constructor(log: Logger) {
    this.#log = log;
  }

  /** `served` is the hash of the one that stays. */
  refuse(error: unknown, served: string, sentence: string): Refusal {
    const reasons = error instanceof StartRefused ? error.problems : [describeError(error)];
    const reason = reasonOf(error);
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    // What is asked for again and again fails again and again for the same reason.
    const isKnown = this.#lastReasons === reasons.join();
    this.#lastReasons = reasons.join();
    this.#log[isKnown ? 'debug' : 'error']({ reason, reasons, served }, sentence);
    return { at: new Date().toISOString(), reason };
  }

  /** What is refused after that is news, whatever it was before. */
  forget(): void {
    this.#lastReasons = '';
  }
}
