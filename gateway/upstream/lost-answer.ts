/**
 * Changes whose answer was lost: nobody knows whether they took effect, and what the client is told instead of a
 * guess. Knows no transport beyond what it gave, and repeats nothing.
 */

import { GatewayError, type ErrorFacts } from '../base/gateway-error.ts';
import { ExchangeFailure } from './exchange.ts';
import { isJson, parseJson, resultOf, type RawAnswer } from './read-answer.ts';
import type { SubgraphError } from './subgraph-error.ts';

/** What a call changes, and whether that takes effect once under one idempotency key. */
export type Effect = 'none' | 'once under a key' | 'each time';

/** Whether a request that may have arrived has no answer that says what came of it. */
export function isLost(result: RawAnswer | ExchangeFailure): boolean {
  if (result instanceof ExchangeFailure) return result.wasSent && result.problem !== 'abandoned';
  // Who refuses a request for what it is has not done it.
  if (result.status >= 400 && result.status < 500) return false;
  return !isGraphql(result);
}

/** Whether the answer to a repetition says that what it repeats has not ended. */
export function isStillRunning({ body }: RawAnswer): boolean {
  return body.includes('"IDEMPOTENCY_KEY_IN_USE"');
}

export interface UnknownChange {
  readonly subgraph: string;
  /** Undefined where a repetition would take effect again. */
  readonly idempotencyKey: string | undefined;
  readonly retryAfterMs: number;
}

export function outcomeUnknown(change: UnknownChange, cause: unknown): GatewayError {
  return new GatewayError('OUTCOME_UNKNOWN', { subgraph: change.subgraph, ...wayOut(change) }, cause);
}

/** Where the subgraph itself does not know: it lost its database's answer, or what it was to read afterwards. */
export function explainUnknown(
  errors: readonly SubgraphError[],
  change: UnknownChange,
): readonly SubgraphError[] {
  return errors.map((error) =>
    error.code === 'OUTCOME_UNKNOWN' ? { ...error, facts: { ...error.facts, ...wayOut(change) } } : error,
  );
}

function wayOut({ idempotencyKey, retryAfterMs }: UnknownChange): ErrorFacts {
  return idempotencyKey === undefined
    ? { reason: 'Look whether the change is there before you ask for it again.' }
    : {
        reason:
          'Send the same request again with the header Idempotency-Key set to idempotencyKey: the change takes ' +
          'effect at most once, and you get its answer.',
        idempotencyKey,
        retryAfterMs,
      };
}

function isGraphql(raw: RawAnswer): boolean {
  return isJson(raw) && typeof resultOf(parseJson(raw.body.toString('utf8'))) !== 'string';
}
