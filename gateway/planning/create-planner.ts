/**
 * From an operation to a plan: which subgraph is asked what, in which order. The planning itself is
 * @apollo/query-planner's; here is what the rest of the gateway needs of it. Knows no request and runs no plan.
 */

import { operationFromDocument, Supergraph, type Schema } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';

import { createNaming } from './planned-names.ts';
import { createConflictCheck } from './refuse-conflicts.ts';
import { withoutIntrospection, withTypeNames } from './planned-selections.ts';

export interface Planned {
  readonly plan: QueryPlan;
  /** The operation under the names that the plan uses; `clientKey` says what the client called them. */
  readonly document: DocumentNode;
}

export interface Planner {
  /** What clients see: validation, coercion and introspection work on this. */
  readonly apiSchema: GraphQLSchema;
  /** The document must be valid against `apiSchema`. Throws where the operation cannot be planned. */
  readonly plan: (document: DocumentNode, operationName: string | undefined) => Planned;
}

/** Costs hundreds of milliseconds for a large supergraph; throws where it is none or asks for what is not known. */
export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: true });
  const schema: Schema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, { generateQueryFragments: false });
  const supergraphDocument = parse(supergraphSdl, { noLocation: true });
  const nameSafely = createNaming(supergraphDocument);
  const refuseConflicts = createConflictCheck(supergraphDocument);
  return {
    apiSchema: schema.toGraphQLJSSchema(),
    plan(clientDocument, operationName) {
      const document = nameSafely(clientDocument);
      const named = operationName === undefined ? {} : { operationName };
      const operation = operationFromDocument(schema, withTypeNames(withoutIntrospection(document)), {
        ...named,
        validate: false,
      });
      const plan = planner.buildQueryPlan(operation);
      refuseConflicts(plan);
      return { plan, document };
    },
  };
}
