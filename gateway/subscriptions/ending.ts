/**
 * How a subscription ends. Knows no transport, and not how a client is told.
 */

import type { GatewayError } from '../base/gateway-error.ts';

/** Why; the names are those of the metric and of the line in the log. */
export const END_REASONS = [
  /** Its owner says that nothing more comes. */
  'completed',
  /** The client does not want it any more, or is gone. */
  'left',
  /** The token has expired, or does not count any more. */
  'token',
  /** It was not allowed to begin, or is not valid or allowed under a new supergraph. */
  'refused',
  /** Its owner cannot be reached, or gave what is no event. */
  'source',
  /** More events waited than may. */
  'slow',
  /** An event did not leave in time: the connection is dead. */
  'stalled',
  /** The gateway stops, and the client will find another. */
  'stopping',
  /** A fault of our own. */
  'internal',
] as const;

export type EndReason = (typeof END_REASONS)[number];

export interface Ending {
  readonly reason: EndReason;
  /** What the client is told: an error of ours, or errors as they are printed; undefined where nothing is wrong. */
  readonly problem?: GatewayError | readonly unknown[];
}
