/**
 * A whole error as the gateway must send it, from the few words in which a test thinks of it.
 * Takes sentences and owners from the contract, so that a test compares every field without repeating them.
 */

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';
import { OWNERSHIP, type SystemName } from '../../schema/ownership.ts';

type Path = readonly (string | number)[];

/** An error that a subgraph is to blame for; one that may pass can be asked again after the default of `retries.maxMs`. */
export function subgraphError(code: ErrorCode, subgraph: SystemName, path: Path, facts: object = {}): object {
  const { says: message, retryable } = ERRORS[code];
  const { team } = OWNERSHIP[subgraph];
  const retry = retryable ? { retryAfterMs: 1_000 } : {};
  return {
    message,
    path,
    extensions: { code, subgraph, team, retryable, requestId: expect.any(String), ...retry, ...facts },
  };
}

/** An error about the request itself; `message` where it is not the table's sentence. */
export function requestError(
  code: ErrorCode,
  more: object = {},
  message: string = ERRORS[code].says,
): object {
  const { retryable } = ERRORS[code];
  return { message, extensions: { code, retryable, requestId: expect.any(String), ...more } };
}
