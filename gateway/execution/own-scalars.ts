/**
 * Whether a plan asks for scalars that GraphQL itself does not define: only those may hold numbers of more digits than a
 * double has, so only answers with them are read with all digits. Knows no request.
 */

import type { PlanNode } from '@apollo/query-planner';
import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  type GraphQLSchema,
} from 'graphql';

import { placedFetches } from '../planning/placed-fetches.ts';

/** By schema; one for as long as a supergraph. */
const namesBySchema = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

/** Also true for a field that is only called like one with such a scalar. */
export function asksForOwnScalars(plan: PlanNode | undefined, schema: GraphQLSchema): boolean {
  const names = namesBySchema.get(schema) ?? fieldsOfOwnScalars(schema);
  namesBySchema.set(schema, names);
  if (plan === undefined || names.size === 0) return false;
  return placedFetches(plan).some(({ node }) =>
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
