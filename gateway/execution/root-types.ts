/**
 * The types where operations begin, which a subgraph may call otherwise. Knows no subgraph.
 */

import { OperationTypeNode, type GraphQLSchema } from 'graphql';

/** A subgraph may call its roots what it likes, and nobody else knows that name. */
export function isRootType(schema: GraphQLSchema, type: unknown): boolean {
  return Object.values(OperationTypeNode).some((kind) => schema.getRootType(kind) === type);
}
