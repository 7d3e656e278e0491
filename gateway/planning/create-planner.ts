/**
 * From an operation to a plan: which subgraph is asked what, in which order. The planning itself is
 * @apollo/query-planner's; here is what the rest of the gateway needs of it. Knows no request and runs no plan.
 */

import { operationFromDocument, Supergraph, type Schema } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema } from 'graphql';

export interface Planner {
  /** What clients see: validation, coercion and introspection work on this. */
  readonly apiSchema: GraphQLSchema;
  /** The document must be valid against `apiSchema`. Throws where the operation cannot be planned. */
  readonly plan: (document: DocumentNode, operationName: string | undefined) => QueryPlan;
}

/** Costs hundreds of milliseconds for a large supergraph; throws where it is none or asks for what is not known. */
export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: true });
  const schema: Schema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, { generateQueryFragments: true });
  return {
    apiSchema: schema.toGraphQLJSSchema(),
    plan(document, operationName) {
      const named = operationName === undefined ? {} : { operationName };
      const operation = operationFromDocument(schema, document, { ...named, validate: false });
      return planner.buildQueryPlan(operation);
    },
  };
}
