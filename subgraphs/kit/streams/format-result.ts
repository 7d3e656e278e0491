/**
 * What a stream sends of an execution: the data, and errors with nothing in them but what may leave.
 */

import type { ExecutionResult, FormattedExecutionResult, GraphQLError } from 'graphql';

import { formatError } from '../fault.ts';

export type FormattedResult = FormattedExecutionResult;

export function formatResult({ data, errors }: ExecutionResult): FormattedResult {
  if (errors === undefined) return { data: data ?? null };
  return { data: data ?? null, errors: errors.map((error) => formatError(error.toJSON(), error)) };
}

/** What is left to say of a stream that cannot begin or go on. */
export function refusalOf(errors: readonly GraphQLError[]): FormattedResult {
  return formatResult({ data: null, errors });
}
