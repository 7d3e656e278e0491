/**
 * An operation made ready to run: its plan compiled to steps, its answer to a projection. Done once for each text
 * and operation name; running it touches neither the document nor the plan again unless something fails.
 */

import type { QueryPlan } from '@apollo/query-planner';
import {
  getOperationAST,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { clientKey, clientPath } from '../planning/planned-names.ts';
import type { CallContext, SubgraphAnswer, SubgraphClient } from '../upstream/subgraph-client.ts';
import { collectOccurrences, collectOnce, type ScopedSet } from './collect-occurrences.ts';
import { compileIntrospection, type SchemaFor } from './compile-introspection.ts';
import { compilePlan } from './compile-plan.ts';
import { compileProjection, type ProjectedOperation, type Projection } from './compile-projection.ts';
import { compileScanner } from './compile-scanner.ts';
import {
  compileFailureAnswers,
  type AnswerFailures,
  type FailureRules,
  type StaleField,
} from './answer-failures.ts';
import { compileSource, type EventSource } from './event-source.ts';
import { explainFailures } from './explain-failures.ts';
import { pathName, type FieldFailure } from './fetch-journal.ts';
import { getOwn, valueAt, type Data } from './own-property.ts';
import { asksForOwnScalars } from './own-scalars.ts';
import { beginRun, type PlanRun } from './plan-run.ts';
import { refusedFailures } from './refused-fields.ts';
import { selectionOf } from './selection.ts';
import { completeField, NULL_SPREADS, shapeResponse } from './shape-response.ts';

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
  /** Undefined where a failure is always null with an error. */
  readonly failureRules?: FailureRules | undefined;
}

export interface OperationResult {
  readonly data: Data | null;
  readonly failures: readonly FieldFailure[];
  /** Values that stand in for failed ones; left out where there is none. */
  readonly stale?: readonly StaleField[];
}

/** The client's answer, byte for byte as a subgraph wrote it. */
export interface PassedResult {
  readonly passed: Buffer;
}

export interface CompiledOperation {
  readonly name: string | undefined;
  readonly type: OperationTypeNode;
  /** Where the events of a subscription come from, each of which is run by itself; undefined for what runs once. */
  readonly source: EventSource | undefined;
  readonly run: Run<OperationResult>;
  /** May give bytes instead of data. */
  readonly runToBytes: Run<OperationResult | PassedResult>;
  /** The length of the code that was generated for it. */
  readonly codeCharacters: number;
}

type Run<Result> = (variables: JsonObject, call: CallContext, event?: SubgraphAnswer) => Promise<Result>;

/** The document must be valid and have the operation. */
export function compileOperation(parts: OperationParts): CompiledOperation {
  const { document, operationName, apiSchema, plan, isRestricted } = parts;
  const definition = getOperationAST(document, operationName);
  const rootType = definition == null ? undefined : apiSchema.getRootType(definition.operation);
  if (definition == null || rootType == null) throw new Error('the document has no such operation');
  const shape = { schema: apiSchema, rootType, sets: [rootSet(document, definition)] };
  // What a subgraph gives is not the whole answer then, and each refused field has an error with a path.
  const projection = isRestricted ? undefined : compileProjection(shape);
  const { failureRules } = parts;
  const answers = failureRules === undefined ? undefined : compileFailureAnswers(shape, failureRules);
  const isReadAnyway = isRestricted || answers?.remembers === true;
  const scanner = !isReadAnyway && plan.node?.kind === 'Fetch' ? compileScanner(shape) : undefined;
  const runPlan = compilePlan(plan, { ...parts, fits: scanner?.fits });
  const introspect = compileIntrospection(document, definition, parts.introspected, shape);
  const finish = compileFinish(parts, { shape, answers, project: projection?.project });
  const readsExactly = asksForOwnScalars(plan, parts.supergraphSchema);
  // A last good value may still stand in for what is lost so far.
  const isLost = answers === undefined ? compileIsLost(shape, definition.operation) : undefined;
  const run: Run<OperationResult> = async (variables, call, event) => {
    const planRun = beginRun({ variables, call, mayPass: false, readsExactly, event, isLost });
    await runPlan(planRun);
    introspect?.(planRun);
    return finish(planRun);
  };
  const runToBytes: Run<OperationResult | PassedResult> = async (variables, call) => {
    const planRun = beginRun({ variables, call, mayPass: true, readsExactly });
    await runPlan(planRun);
    return planRun.passed === undefined ? finish(planRun) : { passed: planRun.passed };
  };
  return {
    name: definition.name?.value,
    type: definition.operation,
    source: compileSource(plan, parts.clients),
    codeCharacters: (projection?.codeCharacters ?? 0) + (scanner?.codeCharacters ?? 0),
    run,
    runToBytes: scanner === undefined ? run : runToBytes,
  };
}

export function compileIsLost(
  { schema, rootType, sets }: ProjectedOperation,
  operation: OperationTypeNode,
): PlanRun['isLost'] {
  if (operation !== OperationTypeNode.MUTATION) return undefined;
  const occurrences = collectOccurrences(schema, rootType, sets);
  return (root, keys) =>
    keys.some((key) => {
      const occurrence = occurrences.get(key);
      if (occurrence === undefined) return false;
      const place = { value: getOwn(root, key), path: [key] };
      const shaping = {
        schema,
        occurrencesOf: collectOnce(schema),
        nameOf: (name: string) => name,
        broken: [],
      };
      return completeField(shaping, rootType, occurrence, place) === NULL_SPREADS;
    });
}

interface Finishing {
  readonly shape: ProjectedOperation;
  readonly project: Projection | undefined;
  readonly answers: AnswerFailures | undefined;
}

/** From what the subgraphs gave to the answer. */
function compileFinish(
  { document, operationName, supergraphSchema }: OperationParts,
  { shape, project, answers }: Finishing,
): (run: PlanRun) => OperationResult {
  const explain = (run: PlanRun) => {
    const shaped = shapeResponse(shape, run.root);
    const operation = selectionOf(document, operationName, run.variables);
    return { ...shaped, failures: explainFailures(run, { operation, ...shaped, schema: supergraphSchema }) };
  };
  return (run) => {
    const projected = run.hasFailed ? undefined : project?.(run.root);
    if (projected !== undefined) {
      answers?.remember(run);
      return { data: projected, failures: run.introspectionFailures.map(withClientPath) };
    }
    const first = explain(run);
    const filled = answers?.fillIn(run, first);
    const isFilled = filled !== undefined && filled.size > 0;
    const told = isFilled ? explain(run) : first;
    const failures = isFilled
      ? told.failures.filter(({ path }) => !filled.has(pathName(path)))
      : told.failures;
    answers?.remember(run, isFilled ? { ...first, filled } : first);
    const isWhole = answers?.failsWhole(run, told.data, failures) !== true;
    const data = isWhole ? shapeResponse({ ...shape, nameOf: clientKey }, run.root).data : null;
    // A field beside it that may not be null may have taken it along.
    const stale = [...(filled?.values() ?? [])].filter(({ path }) => valueAt(data, path) !== undefined);
    const refused = refusedFailures(told.refused, clientKey);
    return {
      data,
      failures: [...[...failures, ...run.introspectionFailures].map(withClientPath), ...refused],
      ...(stale.length === 0 ? {} : { stale }),
    };
  };
}

/** From the names of the plan to the client's. */
export function withClientPath(failure: FieldFailure): FieldFailure {
  return { ...failure, path: clientPath(failure.path) };
}

/** What the operation selects of the root. */
export function rootSet(document: DocumentNode, { selectionSet }: OperationDefinitionNode): ScopedSet {
  const definitions = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = new Map(definitions.map((fragment) => [fragment.name.value, fragment]));
  return { set: selectionSet, fragments };
}
