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
import { compileIntrospection, type SchemaFor } from './compile-introspection.ts';
import { compilePlan } from './compile-plan.ts';
import { compileProjection, type ProjectedOperation, type Projection } from './compile-projection.ts';
import { compileScanner } from './compile-scanner.ts';
import { explainFailures } from './explain-failures.ts';
import type { FieldFailure } from './fetch-journal.ts';
import type { Data } from './own-property.ts';
import { beginRun, type PlanRun } from './plan-run.ts';
import { refusedFailures } from './refused-fields.ts';
import { selectionOf } from './selection.ts';
import { shapeResponse } from './shape-response.ts';

export interface OperationParts {
  /** As it was planned. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly plan: QueryPlan;
  /** Whether fields are marked that whoever asks may not see. */
  readonly isRestricted: boolean;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** The whole supergraph's, with what clients cannot see: fetches ask for that too. */
  readonly supergraphSchema: GraphQLSchema;
  readonly introspected: SchemaFor;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
}

export interface OperationResult {
  readonly data: Data | null;
  readonly failures: readonly FieldFailure[];
}

/** The client's answer, byte for byte as a subgraph wrote it. */
export interface PassedResult {
  readonly passed: Buffer;
}

export interface CompiledOperation {
  readonly name: string | undefined;
  readonly run: Run<OperationResult>;
  /** May give bytes instead of data. */
  readonly runToBytes: Run<OperationResult | PassedResult>;
  /** The length of the code that was generated for it. */
  readonly codeCharacters: number;
}

type Run<Result> = (variables: JsonObject, call: CallContext) => Promise<Result>;

/** The document must be valid and have the operation. */
export function compileOperation(parts: OperationParts): CompiledOperation {
  const { document, operationName, apiSchema, plan, isRestricted } = parts;
  const definition = getOperationAST(document, operationName);
  const rootType = definition == null ? undefined : apiSchema.getRootType(definition.operation);
  if (definition == null || rootType == null) throw new Error('the document has no such operation');
  const shape = { schema: apiSchema, rootType, sets: [rootSet(document, definition)] };
  // What a subgraph gives is not the whole answer then, and each refused field has an error with a path.
  const projection = isRestricted ? undefined : compileProjection(shape);
  const scanner = !isRestricted && plan.node?.kind === 'Fetch' ? compileScanner(shape) : undefined;
  const runPlan = compilePlan(plan, { ...parts, fits: scanner?.fits });
  const introspect = compileIntrospection(document, definition, parts.introspected);
  const finish = compileFinish(parts, shape, projection?.project);
  const run: Run<OperationResult> = async (variables, call) => {
    const planRun = beginRun({ variables, call, mayPass: false });
    await runPlan(planRun);
    introspect?.(planRun);
    return finish(planRun);
  };
  const runToBytes: Run<OperationResult | PassedResult> = async (variables, call) => {
    const planRun = beginRun({ variables, call, mayPass: true });
    await runPlan(planRun);
    return planRun.passed === undefined ? finish(planRun) : { passed: planRun.passed };
  };
  return {
    name: definition.name?.value,
    codeCharacters: (projection?.codeCharacters ?? 0) + (scanner?.codeCharacters ?? 0),
    run,
    runToBytes: scanner === undefined ? run : runToBytes,
  };
}

/** From what the subgraphs gave to the answer. */
function compileFinish(
  { document, operationName, supergraphSchema }: OperationParts,
  shape: ProjectedOperation,
  project: Projection | undefined,
): (run: PlanRun) => OperationResult {
  return (run) => {
    const data = run.hasFailed ? undefined : project?.(run.root);
    if (data !== undefined) return { data, failures: [] };
    const shaped = shapeResponse(shape, run.root);
    const operation = selectionOf(document, operationName, run.variables);
    const failures = explainFailures(run, { operation, ...shaped, schema: supergraphSchema });
    const { data: named } = shapeResponse({ ...shape, nameOf: clientKey }, run.root);
    const refused = refusedFailures(shaped.refused, clientKey);
    return { data: named, failures: [...failures.map(withClientPath), ...refused] };
  };
}

/** From the names of the plan to the client's. */
export function withClientPath(failure: FieldFailure): FieldFailure {
  const path = failure.path.map((part) => (typeof part === 'string' ? clientKey(part) : part));
  return { ...failure, path };
}

/** What the operation selects of the root. */
export function rootSet(document: DocumentNode, { selectionSet }: OperationDefinitionNode): ScopedSet {
  const definitions = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = new Map(definitions.map((fragment) => [fragment.name.value, fragment]));
  return { set: selectionSet, fragments };
}
