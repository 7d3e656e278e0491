/**
 * From an operation to a plan: which subgraph is asked what, in which order. The planning itself is
 * @apollo/query-planner's; here is what the rest of the gateway needs of it. Knows no request and runs no plan.
 */

import { operationFromDocument, Supergraph, type Schema } from '@apollo/federation-internals';
import { QueryPlanner, type FetchNode, type PlanNode, type QueryPlan } from '@apollo/query-planner';
import { parse, print, type DocumentNode, type GraphQLSchema } from 'graphql';

import { amendNode, amendPlan } from './amend-plan.ts';
import { fieldNeeds } from './field-needs.ts';
import { overrideLabels } from './override-labels.ts';
import { createNaming } from './planned-names.ts';
import { requiredArguments, type RequiredArguments } from './required-arguments.ts';
import { splitFetch } from './split-fetches.ts';
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
  /**
   * What the document defers, the plan fetches apart; then each `@defer` needs a label of its own. Throws where the
   * operation cannot be planned.
   */
  readonly plan: (question: PlanQuestion) => Planned;
}

/** Costs hundreds of milliseconds for a large supergraph; throws where it is none or asks for what is not known. */
export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: true });
  const schema: Schema = supergraph.apiSchema();
  const supergraphDocument = parse(supergraphSdl, { noLocation: true });
  const required = requiredArguments(supergraphDocument);
  const planned = required.supergraph === supergraphDocument ? supergraph : rebuilt(required.supergraph);
  const planner = new QueryPlanner(planned, {
    generateQueryFragments: false,
    incrementalDelivery: { enableDefer: true },
  });
  const amend = fetchAmender(planned, required);
  const nameSafely = createNaming(supergraphDocument);
  const labels = overrideLabels(supergraphDocument);
  const apiSchema = schema.toGraphQLJSSchema({ includeDefer: true });
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
      return { plan: amendPlan(plan, amend), document };
    },
  };
}

/** With the fields that stand for needs with arguments; what it came from has been checked. */
function rebuilt(document: DocumentNode): Supergraph {
  return Supergraph.build(print(document), { validateSupergraph: false });
}

function fetchAmender(
  { schema }: Supergraph,
  { supergraph, originOf, translate }: RequiredArguments,
): (fetch: FetchNode) => PlanNode {
  const isInterface = (name: string) => schema.type(name)?.kind === 'InterfaceType';
  const parts = { needs: fieldNeeds(supergraph), isInterface, originOf };
  return (fetch) => amendNode(splitFetch(fetch, parts), translate);
}
