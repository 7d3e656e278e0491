/**
 * Writes the faults among errors that are about to leave into the log, whole; what leaves is only their code.
 */

import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';

import { causeOf, isFault, knownErrorOf } from './fault.ts';

export function logFaults(errors: readonly GraphQLError[], log: Logger): void {
  for (const error of errors) {
    const known = knownErrorOf(error);
    if (isFault(known)) log.error({ err: causeOf(known), path: error.path }, 'a field failed');
  }
}
