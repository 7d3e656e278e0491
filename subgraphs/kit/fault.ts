/**
 * Tells a mistake of the caller from a fault of ours: what a resolver throws becomes an error that may leave the
 * subgraph. Known errors pass; a database that cannot be reached is said to be so; all else is a general sentence
 * with the original kept as cause for the log.
 */

import { GraphQLError } from 'graphql';

import { isErrorCode } from '../../schema/contract/errors.ts';
import { KnownError } from './known-error.ts';

/** SQLSTATE classes and node codes that mean: the database is not there, or not for now. */
const UNAVAILABLE = /^(08|28|3D|53|57P0|58|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)/;
/** What node-postgres says, without a code, when no connection comes about or one breaks. */
const CONNECTION_LOST =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/;

export function knownErrorOf(thrown: unknown): GraphQLError {
  if (thrown instanceof KnownError) return thrown;
  if (thrown instanceof GraphQLError) {
    if (isErrorCode(thrown.extensions['code'])) return thrown;
    if (thrown.originalError) return knownErrorOf(thrown.originalError);
  }
  if (isSystemUnavailable(thrown)) return new KnownError('SYSTEM_UNAVAILABLE', {}, thrown);
  return new KnownError('INTERNAL', {}, thrown);
}

/** Whether an error that is about to leave was a fault, which the log must show whole. */
export function isFault(error: unknown): boolean {
  return error instanceof KnownError && (error.code === 'INTERNAL' || error.code === 'SYSTEM_UNAVAILABLE');
}

function isSystemUnavailable(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown ? String(thrown.code) : '';
  return UNAVAILABLE.test(code) || CONNECTION_LOST.test(thrown.message);
}
