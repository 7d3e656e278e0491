/**
 * Why a supergraph is not served: a code for those who count and sentences for those who mend. Knows neither where it
 * came from nor what is done about it.
 */

import { StartRefused } from '../base/start-refused.ts';

/** In the log, in the metrics and at /ready. */
export type RefusalReason =
  | 'unreachable'
  | 'timed_out'
  | 'redirected'
  | 'unexpected_status'
  | 'wrong_content'
  | 'too_large'
  | 'bad_signature'
  | 'not_composable'
  | 'unusable';

export class SupergraphRefused extends StartRefused {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, problems: readonly string[]) {
    super(problems);
    this.name = 'SupergraphRefused';
    this.reason = reason;
  }
}

/** What is refused further up, by the engine, is unusable. */
export function reasonOf(refusal: unknown): RefusalReason {
  return refusal instanceof SupergraphRefused ? refusal.reason : 'unusable';
}

/**
 * Whether it says something of the supergraph: served, or refused for what it is. What else went wrong may be different
 * next time, though the supergraph is the same.
 */
export function isVerdict(refusal: unknown): refusal is SupergraphRefused | undefined {
  return refusal === undefined || refusal instanceof SupergraphRefused;
}
