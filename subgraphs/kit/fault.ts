/**
 * Tells a mistake of the caller from a fault of ours: what a resolver throws becomes an error that may leave the
 * subgraph. Known errors pass; a database that cannot be reached is said to be so; all else is a general sentence
 * with the original kept as cause for the log.
 */

import { GraphQLError, type GraphQLFormattedError } from 'graphql';

import { isErrorCode } from '../../schema/contract/errors.ts';
import { KnownError } from './known-error.ts';
import { RequestEnded } from './request-end.ts';

/** SQLSTATE classes and node codes that mean: the database is not there, or takes no changes, or not for now. */
const UNAVAILABLE = /^(08|25006|28|3D|53|57P0|58|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)/;
/** SQLSTATE query_canceled: a statement took longer than the database allows. */
const STATEMENT_TIMED_OUT = '57014';
/** What node-postgres says, without a code, when no connection comes about or one breaks. */
const CONNECTION_LOST =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/;

export function knownErrorOf(thrown: unknown): GraphQLError {
  if (thrown instanceof KnownError) return thrown;
  if (thrown instanceof GraphQLError) {
    if (isErrorCode(thrown.extensions['code'])) return thrown;
    if (thrown.originalError) return knownErrorOf(thrown.originalError);
  }
  if (isTooLate(thrown)) return new KnownError('SUBGRAPH_TIMED_OUT', {}, thrown);
  if (isSystemUnavailable(thrown)) return new KnownError('SYSTEM_UNAVAILABLE', {}, thrown);
  return new KnownError('INTERNAL', {}, thrown);
}

/** An error as it leaves: a code, its sentence, and nothing of what was thrown. */
export function formatError(formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  const known = knownErrorOf(thrown);
  return { ...formatted, message: known.message, extensions: { ...known.extensions } };
}

/** Whether an error that is about to leave was a fault, which the log must show whole. */
export function isFault(error: GraphQLError): boolean {
  const { code } = error.extensions;
  return code === 'INTERNAL' || code === 'SYSTEM_UNAVAILABLE' || code === 'OUTCOME_UNKNOWN';
}

/** What was thrown in the first place, below all that was put around it. */
export function causeOf(error: GraphQLError): unknown {
  const { originalError } = error;
  return originalError instanceof GraphQLError ? causeOf(originalError) : (originalError ?? error);
}

/** Nothing of it has taken effect: what was under way is rolled back. */
function isTooLate(thrown: unknown): boolean {
  if (thrown instanceof RequestEnded) return true;
  return thrown instanceof Error && 'code' in thrown && thrown.code === STATEMENT_TIMED_OUT;
}

/** Whether the database was not there, or the connection to it broke. */
export function isSystemUnavailable(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown ? String(thrown.code) : '';
  return UNAVAILABLE.test(code) || CONNECTION_LOST.test(thrown.message);
}
