/**
 * What an attempt to call a subgraph says of the subgraph, and whether the same call may be made again. Knows what
 * HTTP statuses mean; makes no call and reads no GraphQL.
 */

import type { Verdict } from '../resilience/subgraph-policy.ts';
import { ExchangeFailure } from './exchange.ts';
import { isLost, isStillRunning } from './lost-answer.ts';
import { isJson, isUnavailable, retryAfterMsOf, type RawAnswer } from './read-answer.ts';

/** How many attempts of one call may have arrived and have no answer. */
export interface Losses {
  count: number;
}

interface CallTraits {
  readonly losses?: Losses | undefined;
  /** Whether making it twice does no harm. */
  readonly isRepeatable: boolean;
  /** Whether it had enough time to say something of the subgraph when it was too late. */
  readonly hadTime: boolean;
}

const ANSWERED: Verdict = { outcome: 'answered', health: 'good', mayRepeat: false };
/** What was lost and asked again is told so by its owner. */
const STILL_RUNNING: Verdict = { outcome: 'answered', health: 'good', mayRepeat: true };
const ABANDONED: Verdict = { outcome: 'abandoned', health: 'unknown', mayRepeat: false };
const TOO_LARGE: Verdict = { outcome: 'failed', health: 'good', mayRepeat: false };
const FAILED: Verdict = { outcome: 'failed', health: 'bad', mayRepeat: false };

/** Counts a loss where there is one. */
export function judgeCall(result: RawAnswer | ExchangeFailure, traits: CallTraits): Verdict {
  const { losses, isRepeatable } = traits;
  const wasLostBefore = losses !== undefined && losses.count > 0;
  if (losses !== undefined && isLost(result)) losses.count += 1;
  if (result instanceof ExchangeFailure) return judgeFailure(result, traits);
  return wasLostBefore && isStillRunning(result) ? STILL_RUNNING : judgeAnswer(result, isRepeatable);
}

function judgeAnswer(raw: RawAnswer, mayRepeat: boolean): Verdict {
  if (raw.status < 429) return ANSWERED;
  if (isUnavailable(raw)) {
    const retryAfterMs = retryAfterMsOf(raw, Date.now());
    return { outcome: 'failed', health: 'bad', mayRepeat, retryAfterMs };
  }
  // In JSON it is an answer of the subgraph itself, however bad; only a query is wrong then, not the subgraph.
  return raw.status >= 500 && !isJson(raw) ? FAILED : ANSWERED;
}

function judgeFailure({ problem }: ExchangeFailure, traits: CallTraits): Verdict {
  const { isRepeatable: mayRepeat, hadTime } = traits;
  switch (problem) {
    case 'abandoned':
      return ABANDONED;
    case 'large':
      return TOO_LARGE;
    case 'late':
      return { outcome: 'timed_out', health: hadTime ? 'bad' : 'unknown', mayRepeat };
    case 'broken':
      return { outcome: 'failed', health: 'bad', mayRepeat };
  }
}
