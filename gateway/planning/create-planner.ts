/**
 * From an operation to a plan: which subgraph is asked what, in which order. The planning itself is
 * @apollo/query-planner's; here is what the rest of the gateway needs of it. Knows no request and runs no plan.
 */

import { operationFromDocument, Supergraph, type Schema } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';

import { overrideLabels } from './override-labels.ts';
import { createNaming } from './planned-names.ts';
import { createConflictCheck } from './refuse-conflicts.ts';
import { withoutIntrospection, withTypeNames } from './planned-selections.ts';

export interface Planned {
  readonly plan: QueryPlan;
  /** The operation under the names that the plan uses; `clientKey` says what the client called them. */
  readonly document: DocumentNode;
}

export interface PlanQuestion {
  /** Must be valid against the planner's `apiSchema`. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** Those of the document's override labels that are on. */
  readonly overrides: readonly string[];
}

export interface Planner {
  /** What clients see: validation, coercion and introspection work on this. */
  readonly apiSchema: GraphQLSchema;
  /** The override labels (`@override(label:)`) on which the plan of the document depends; sorted. */
  readonly labelsOf: (document: DocumentNode) => readonly string[];
  /** Throws where the operation cannot be planned. */
  readonly plan: (question: PlanQuestion) => Planned;
}

/** Costs hundreds of milliseconds for a large supergraph; throws where it is none or asks for what is not known. */
export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: true });
  const schema: Schema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, { generateQueryFragments: false });
  const supergraphDocument = parse(supergraphSdl, { noLocation: true });
  const nameSafely = createNaming(supergraphDocument);
  const refuseConflicts = createConflictCheck(supergraphDocument);
  const labels = overrideLabels(supergraphDocument);
  const apiSchema = schema.toGraphQLJSSchema();
  return {
    apiSchema,
    labelsOf: labels.touchedBy,
    plan({ document: clientDocument, operationName, overrides }) {
      const document = nameSafely(clientDocument);
      const named = operationName === undefined ? {} : { operationName };
      const asked = labels.askByType(withTypeNames(withoutIntrospection(document)), apiSchema);
      const operation = operationFromDocument(schema, asked, { ...named, validate: false });
      const overrideConditions = new Map(overrides.map((label) => [label, true]));
      const plan = planner.buildQueryPlan(operation, { overrideConditions });
      refuseConflicts(plan);
      return { plan, document };
    },
  };
}
