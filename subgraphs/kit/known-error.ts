/**
 * An error that a subgraph means: a code from the contract's table, its sentence, and the facts of this case.
 * Anything else that is thrown is a fault; `fault.ts` says what becomes of it.
 */

import { GraphQLError } from 'graphql';

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';

/** What may stand beside the code: which argument is wrong and why, or other facts that a client can act on. */
export interface ErrorFacts {
  /** The path of the argument, such as `input.lines.0.quantity`. */
  readonly argument?: string;
  /** One sentence about this case. */
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** When trying the same again may help. */
  readonly retryAfterMs?: number;
}

export class KnownError extends GraphQLError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, facts: ErrorFacts = {}, cause?: unknown) {
    super(ERRORS[code].says, {
      extensions: { code, ...facts },
      ...(cause instanceof Error ? { originalError: cause } : {}),
    });
    this.code = code;
  }
}

/** A value that a client gave and that is not allowed; `argument` names where it stands. */
export function badInput(argument: string, reason: string): KnownError {
  return new KnownError('BAD_USER_INPUT', { argument, reason });
}
