/**
 * An operation made ready to run: its plan compiled to steps, its answer to a projection. Done once for each text
 * and operation name; running it touches neither the document nor the plan again unless something fails.
 */

import type { QueryPlan } from '@apollo/query-planner';
import {
  getOperationAST,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { clientKey } from '../planning/planned-names.ts';
import type { CallContext, SubgraphClient } from '../upstream/subgraph-client.ts';
import type { ScopedSet } from './collect-occurrences.ts';
import { compileIntrospection } from './compile-introspection.ts';
import { compilePlan } from './compile-plan.ts';
import { compileProjection } from './compile-projection.ts';
import { explainFailures } from './explain-failures.ts';
import type { FieldFailure } from './fetch-journal.ts';
import type { Data } from './own-property.ts';
import type { PlanRun } from './plan-run.ts';
import { selectionOf } from './selection.ts';
import { shapeResponse } from './shape-response.ts';

export interface OperationParts {
  /** As it was planned. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly plan: QueryPlan;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** The whole supergraph's, with what clients cannot see: fetches ask for that too. */
  readonly supergraphSchema: GraphQLSchema;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
}

export interface OperationResult {
  readonly data: Data | null;
  readonly failures: readonly FieldFailure[];
}

export interface CompiledOperation {
  readonly name: string | undefined;
  readonly run: (variables: JsonObject, coerced: JsonObject, call: CallContext) => Promise<OperationResult>;
  /** The length of the code that was generated for it. */
  readonly codeCharacters: number;
}

/** The document must be valid and have the operation. */
export function compileOperation(parts: OperationParts): CompiledOperation {
  const { document, operationName, apiSchema } = parts;
  const definition = getOperationAST(document, operationName);
  const rootType = definition == null ? undefined : apiSchema.getRootType(definition.operation);
  if (definition == null || rootType == null) throw new Error('the document has no such operation');
  const shape = { schema: apiSchema, rootType, sets: [rootSet(document, definition)] };
  const { project, codeCharacters = 0 } = compileProjection(shape) ?? {};
  const runPlan = compilePlan(parts.plan, parts);
  const introspect = compileIntrospection(document, definition, apiSchema);
  return {
    name: definition.name?.value,
    codeCharacters,
    async run(variables, coerced, call) {
      const run: PlanRun = {
        root: {},
        variables,
        coerced,
        call,
        fetches: [],
        sharedCalls: new Map(),
        entityQueues: new Map(),
        startedAt: performance.now(),
        hasFailed: false,
      };
      await runPlan(run);
      introspect?.(run);
      const data = run.hasFailed ? undefined : project?.(run.root, coerced);
      if (data !== undefined) return { data, failures: [] };
      const shaped = shapeResponse(shape, run.root, coerced);
      const operation = selectionOf(document, operationName, variables);
      const failures = explainFailures(run, { operation, ...shaped, schema: parts.supergraphSchema });
      const { data: named } = shapeResponse({ ...shape, nameOf: clientKey }, run.root, coerced);
      return { data: named, failures: failures.map(withClientPath) };
    },
  };
}

function withClientPath(failure: FieldFailure): FieldFailure {
  const path = failure.path.map((part) => (typeof part === 'string' ? clientKey(part) : part));
  return { ...failure, path };
}

function rootSet(document: DocumentNode, { selectionSet }: OperationDefinitionNode): ScopedSet {
  const definitions = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = new Map(definitions.map((fragment) => [fragment.name.value, fragment]));
  return { set: selectionSet, condition: [], fragments };
}
