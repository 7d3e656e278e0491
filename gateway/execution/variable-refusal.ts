/**
 * A variable that does not fit its type, as both engines report it. Knows no engine.
 */

import { GraphQLError } from 'graphql';

export function variableRefusal({ message, nodes }: GraphQLError): GraphQLError {
  const place = nodes === undefined ? {} : { nodes };
  return new GraphQLError(message, {
    ...place,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}
