/**
 * Variables as an operation takes them: defaults filled in and types checked (GraphQL, 6.1.2). Knows no plan.
 */

import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

import type { JsonObject } from '../base/is-record.ts';

/** Variables with defaults filled in, or what is wrong with them. */
export type Coercion =
  | { readonly coerced: JsonObject; readonly errors?: never }
  | { readonly coerced?: never; readonly errors: readonly GraphQLError[] };

export type Coerce = (variables: JsonObject) => Coercion;

const NO_VARIABLES: Coercion = { coerced: {} };

/** `conditions` are the variables that @skip and @include depend on, which a null must not stand in. */
export function compileCoercion(
  document: DocumentNode,
  operationName: string | undefined,
  { schema, conditions }: { readonly schema: GraphQLSchema; readonly conditions: readonly string[] },
): Coerce {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  if (definitions.length === 0) return () => NO_VARIABLES;
  const own = conditions.filter((name) => definitions.some(({ variable }) => variable.name.value === name));
  return (variables) => {
    const coercion = getVariableValues(schema, definitions, variables);
    if (coercion.errors !== undefined) return coercion;
    const empty = own.find((name) => typeof coercion.coerced[name] !== 'boolean');
    return empty === undefined ? coercion : { errors: [isNoCondition(empty)] };
  };
}

/** A variable that may be null, with a default that a client has replaced by null. */
function isNoCondition(name: string): GraphQLError {
  return new GraphQLError(
    `Variable "$${name}" is the condition of a @skip or an @include and must not be null.`,
  );
}
