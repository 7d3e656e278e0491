/**
 * The name of one request in every log, answer and subgraph. Knows nothing else of the request.
 */

import { randomUUID } from 'node:crypto';

/** Narrow enough that a client's own id cannot forge a log line or a header. */
const ACCEPTABLE = /^[\w.-]{8,64}$/;

/** The client's id where it sent an acceptable one, else a new one. */
export function requestIdOf(sent: string | readonly string[] | undefined): string {
  return typeof sent === 'string' && ACCEPTABLE.test(sent) ? sent : randomUUID();
}
