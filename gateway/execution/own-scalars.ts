/**
 * Whether a plan asks for scalars that GraphQL itself does not define: only those may hold numbers of more digits than a
 * double has, so only answers with them are read with all digits. Knows no request.
 */

import type { QueryPlan } from '@apollo/query-planner';
import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  type GraphQLSchema,
} from 'graphql';

import { placedFetches } from '../planning/placed-fetches.ts';
import { stepsOf } from './compile-plan.ts';

/** By schema; one for as long as a supergraph. */
const namesBySchema = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

/** Also true for a field that is only called like one with such a scalar. */
export function asksForOwnScalars(plan: QueryPlan, schema: GraphQLSchema): boolean {
  const names = namesBySchema.get(schema) ?? fieldsOfOwnScalars(schema);
  namesBySchema.set(schema, names);
  if (names.size === 0) return false;
  return placedFetches(stepsOf(plan)).some(({ node }) =>
    node.operation.match(/\w+/g)?.some((word) => names.has(word)),
  );
}

function fieldsOfOwnScalars(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) || isInterfaceType(type),
  );
  const fields = types.flatMap((type) => Object.values(type.getFields()));
  const own = fields.filter((field) => {
    const type = getNamedType(field.type);
    return isScalarType(type) && !isSpecifiedScalarType(type);
  });
  return new Set(own.map(({ name }) => name));
}
