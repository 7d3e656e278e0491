/**
 * An error of ours as the server library answers it. Knows no engine.
 */

import { GraphQLError } from 'graphql';

import { ERRORS } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';

/** The library answers with 500 unless the error says otherwise, in a place of its own. */
export function answerable(error: unknown): unknown {
  if (!(error instanceof GatewayError) || error.code === 'INTERNAL') return error;
  const { status } = ERRORS[error.code];
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status } } });
}
