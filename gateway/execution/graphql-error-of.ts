/**
 * A failure of execution in the shape that @apollo/server takes, the same from both engines. Knows no engine.
 */

import { GraphQLError } from 'graphql';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { FieldFailure } from './fetch-journal.ts';

export function graphqlErrorOf({ code, facts, path }: FieldFailure): GraphQLError {
  const place = path.length === 0 ? {} : { path };
  return new GraphQLError(ERRORS[code].says, { ...place, extensions: { code, ...facts } });
}
