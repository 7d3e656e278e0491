/**
 * The one error that the gateway throws on purpose: a code of the table, the facts of the case and what caused it.
 * Knows neither HTTP nor GraphQL; the rooms that answer a client turn it into what the client reads.
 */

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';

/** What may travel to the client beside the code; never a secret, never the text of a cause. */
export interface ErrorFacts {
  readonly subgraph?: string;
  readonly subgraphCode?: string;
  /** When the same request may succeed. */
  readonly retryAfterMs?: number;
  /** Under which the same change can be asked again and takes effect once. */
  readonly idempotencyKey?: string;
  readonly argument?: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Its message is the table's sentence; `cause` is for the log alone. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts = {}, cause?: unknown) {
    super(ERRORS[code].says, { cause });
    this.name = 'GatewayError';
    this.code = code;
    this.facts = facts;
  }
}
