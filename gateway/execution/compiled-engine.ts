/**
 * The default engine: each operation is planned and compiled once, then only run. One that cannot be compiled goes
 * through @apollo/gateway, logged with the reason. Knows no HTTP and no token.
 */

import type { GatewayExecutionResult, GatewayInterface } from '@apollo/server-gateway-interface';
import { print, type GraphQLSchema } from 'graphql';

import { withVariables } from '../base/exact-json.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import { StartRefused } from '../base/start-refused.ts';
import { hashOfText } from '../operation/document-list.ts';
import { createOverrideDecider } from '../planning/decide-overrides.ts';
import { conditionVariables, withConditions } from '../planning/fixed-conditions.ts';
import { ownDocument } from '../planning/own-document.ts';
import type { Planning } from '../planning/start-planning.ts';
import { readFailureAnswers } from '../supergraph/failure-answers.ts';
import type { FailureRules } from './answer-failures.ts';
import { answerable } from './answerable.ts';
import { createAnswerInParts, type AnswerInParts } from './answer-in-parts.ts';
import type { EngineParts } from './apollo-engine.ts';
import { compileCoercion } from './compile-coercion.ts';
import type { SchemaFor } from './compile-introspection.ts';
import { compileOperation, type OperationResult } from './compile-operation.ts';
import { NotCompilable } from './compile-plan.ts';
import { withoutDefer } from './defer-directive.ts';
import { explainOperation, type ExplainableCall, type ExplainParts } from './explain-operation.ts';
import { graphqlErrorOf } from './graphql-error-of.ts';
import { inTime } from './in-time.ts';
import { createLastGood } from './last-good.ts';
import { loosePlacedVariables, refuseNulls } from './null-arguments.ts';
import { createOperationCache, type OperationCache, type Preparer } from './operation-cache.ts';
import type { AskedOperation, FoundOperation, PreparedOperations } from './prepared-operations.ts';
import { wholeRefusal } from './refused-fields.ts';
import { createRepeatedPatterns, type RepeatedPatterns } from './repeated-patterns.ts';
import { beginSubscription, type SubscribingCall } from './prepared-subscription.ts';
import { supergraphSchema } from './supergraph-schema.ts';
import { unusableSupergraph } from './unusable-supergraph.ts';
import { variableRefusal } from './variable-refusal.ts';
import { prepareOperation, warmOperation } from './warm-operation.ts';
import { weighOperation } from './weigh-operation.ts';

type Executor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

const CACHE_BYTES = 40 * 1024 * 1024;
const LAST_GOOD_BYTES = 16 * 1024 * 1024;
/** What an operation weighs that is left to the second engine. */
const BYTES_OF_A_REASON = 1_000;

export interface CompiledEngine {
  /** In the shape that @apollo/server takes; the context value of a request must be an ExplainableCall. */
  readonly gateway: GatewayInterface;
  readonly prepared: PreparedOperations;
}

/** How planning is started; rejects where no schema can be built. */
export type StartPlanning = (supergraphSdl: string) => Promise<Planning>;

/** Throws StartRefused where the supergraph cannot be used. */
export function createCompiledEngine(parts: EngineParts, startPlanning: StartPlanning): CompiledEngine {
  const secondEngine = createSecondEngine(parts);
  const listeners: Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0][] = [];
  const choosing = { decide: createOverrideDecider(parts.overrides), unmetBy: parts.access.unmetBy };
  let planning: Planning | undefined;
  let cache: OperationCache | undefined;
  let preparer: Preparer | undefined;
  let patterns: RepeatedPatterns | undefined;
  return {
    prepared: {
      find: (text, operationName) => find({ cache, patterns }, text, operationName),
      mostUsed: (count) => cache?.mostUsed(count) ?? [],
      size: () => cache?.size() ?? { operations: 0, plans: 0, bytes: 0 },
      warm: (operation) =>
        cache === undefined || planning === undefined
          ? Promise.resolve(false)
          : warmOperation(operation, cache, planning.apiSchema),
      async prepare(operation, principals) {
        if (cache === undefined || preparer === undefined) return;
        await prepareOperation(operation, principals, { ...preparer, cache, choosing });
      },
    },
    gateway: {
      onSchemaLoadOrUpdate(listener) {
        listeners.push(listener);
        return () => undefined;
      },
      async load() {
        const wholeSchema = supergraphSchema(parts.supergraph);
        planning = await planningFor(parts.supergraph, startPlanning);
        const { apiSchema } = planning;
        const introspected: SchemaFor = (principal) => parts.access.schemaFor(principal, apiSchema);
        preparer = createPreparer({ ...parts, planning, wholeSchema, introspected });
        const { onEviction } = parts;
        cache = createOperationCache({ ...choosing, preparer, maxBytes: CACHE_BYTES, onEviction });
        patterns = createRepeatedPatterns(apiSchema);
        const schema = { apiSchema, coreSupergraphSdl: parts.supergraph.sdl };
        for (const listener of listeners) listener(schema);
        const ready = { ...parts, ...choosing, planning, supergraphSchema: wholeSchema, introspected };
        const answerInParts = createAnswerInParts({ ...ready, traitsOf: preparer.traitsOf });
        const viaApollo = secondEngine.executor;
        return { executor: executorOf({ cache, patterns, answerInParts, viaApollo, explaining: ready }) };
      },
      async stop() {
        await Promise.all([planning?.stop(), secondEngine.stop()]);
      },
    },
  };
}

/** Throws StartRefused where there is no planner, or the supergraph asks for what it does not know (`for: SECURITY`). */
async function planningFor(
  { sdl, file }: EngineParts['supergraph'],
  startPlanning: StartPlanning,
): Promise<Planning> {
  try {
    return await startPlanning(sdl);
  } catch (error) {
    throw error instanceof StartRefused ? error : unusableSupergraph(file, error);
  }
}

/** Undefined where the supergraph says nothing of failures. */
function failureRulesOf({ supergraph }: EngineParts, schema: GraphQLSchema): FailureRules | undefined {
  const answers = readFailureAnswers(supergraph.document, schema);
  if (answers === undefined) return undefined;
  return { answers, lastGood: createLastGood(LAST_GOOD_BYTES, () => performance.now()) };
}

/** Made when the first operation needs it; most gateways never do, and it doubles what a supergraph weighs. */
function createSecondEngine(parts: EngineParts) {
  let engine: GatewayInterface | undefined;
  let loaded: Promise<Executor> | undefined;
  async function load(): Promise<Executor> {
    // Its library is a third of the process; it is not even read before.
    const { createApolloEngine } = await import('./apollo-engine.ts');
    engine = createApolloEngine(parts);
    const { executor } = await engine.load({ apollo: {} });
    if (executor === null) throw new Error('the engine has no executor');
    return executor;
  }
  return {
    executor: async (request: Parameters<Executor>[0]) => (await (loaded ??= load()))(request),
    stop: async () => engine?.stop(),
  };
}

interface ExecutorParts {
  readonly cache: OperationCache;
  readonly patterns: RepeatedPatterns;
  readonly answerInParts: AnswerInParts;
  readonly viaApollo: Executor;
  readonly explaining: ExplainParts;
}

function executorOf({ cache, patterns, answerInParts, viaApollo, explaining }: ExecutorParts): Executor {
  return async (request) => {
    const { document, source: text } = request;
    const operationName = request.request.operationName ?? undefined;
    // The context value is what our own request stage made; the interface types it as any record.
    const call = request.context as unknown as ExplainableCall & SubscribingCall;
    const variables = isRecord(request.request.variables) ? request.request.variables : {};
    const operation = { document, text, operationName };
    if (call.explains === true) {
      const explanation = explainOperation(explaining, { ...operation, variables, call });
      const { explained, errors } = await inTime(explanation, call);
      return explained === undefined ? { errors } : { extensions: { plan: explained } };
    }
    const initial = await answerInParts({ ...operation, variables, call });
    if (initial !== undefined) return resultOf(initial);
    call.outcome?.parsed();
    const asked = toAsk(operation, variables, { cache, patterns });
    const prepared = cache.prepare(asked.operation, asked.variables, call);
    if (prepared.errors !== undefined) {
      // Of the operation as it is written: places in another one would be no help.
      const { errors = prepared.errors } = cache.prepare(operation, variables, call);
      return { errors: errors.map(variableRefusal) };
    }
    const wasKnown = !(prepared.preparation instanceof Promise);
    const { compiled, refused } = await inTime(prepared.preparation, call);
    call.outcome?.prepared(wasKnown);
    if (refused !== undefined) return { errors: refused.map(wholeRefusal) };
    if (compiled === undefined) return viaApollo(request);
    if (compiled.source !== undefined)
      return beginSubscription(call, { ...compiled, source: compiled.source }, variables);
    return resultOf(await compiled.run(asked.variables, call));
  };
}

interface MaybeReady {
  readonly cache: OperationCache | undefined;
  readonly patterns: RepeatedPatterns | undefined;
}

function find(
  { cache, patterns }: MaybeReady,
  text: string,
  operationName: string | undefined,
): FoundOperation | undefined {
  const own = cache?.find(text, operationName);
  if (own !== undefined) return { operation: own, text, hash: own.hash };
  const repeated = patterns?.find(text);
  const operation = repeated === undefined ? undefined : cache?.find(repeated.text, operationName);
  if (repeated === undefined || operation === undefined) return undefined;
  return { ...repeated, operation, hash: hashOfText(text) };
}

interface ToAsk {
  readonly operation: AskedOperation;
  readonly variables: JsonObject;
}

/** The operation, or the one that stands for it and for others that differ only in values. */
function toAsk(
  operation: AskedOperation,
  variables: JsonObject,
  { cache, patterns }: Pick<ExecutorParts, 'cache' | 'patterns'>,
): ToAsk {
  const own = { operation, variables };
  if (cache.has(operation.text, operation.operationName)) return own;
  const noted = patterns.note(operation);
  return noted === undefined ? own : { ...noted, variables: withVariables(variables, noted.values) };
}

interface PreparerParts extends EngineParts {
  readonly planning: Planning;
  readonly wholeSchema: GraphQLSchema;
  readonly introspected: SchemaFor;
}

function createPreparer(parts: PreparerParts): Preparer {
  const { clients, log, access, planning, wholeSchema, introspected } = parts;
  const failureRules = failureRulesOf(parts, wholeSchema);
  const { apiSchema, labelsOf } = planning;
  return {
    traitsOf({ document: whole, operationName }) {
      const document = ownDocument(whole, operationName);
      const conditions = conditionVariables(document);
      const coerce = compileCoercion(document, operationName, { schema: apiSchema, conditions });
      const demands = access.demandsOf(document, apiSchema);
      const loose = loosePlacedVariables(document, apiSchema);
      return { labels: labelsOf(document), conditions, loose, demands, coerce };
    },
    async prepare(operation, { overrides, unmet, variables }) {
      const { operationName } = operation;
      const asked = { ...withConditions(toAnswerWhole(operation), variables), operationName };
      const restricted = refuseNulls(access.restrict(asked, unmet, apiSchema), variables, apiSchema);
      const { document, open, text, refusals, isRefusedWhole } = restricted;
      if (isRefusedWhole) return { compiled: undefined, refused: refusals, bytes: BYTES_OF_A_REASON };
      try {
        const planned = await planning.plan({ document, open, text, operationName, overrides });
        log.debug({ operationName }, 'operation planned');
        const compiled = compileOperation({
          ...planned,
          operationName,
          isRestricted: refusals.length > 0,
          apiSchema,
          introspected,
          supergraphSchema: wholeSchema,
          clients,
          failureRules,
        });
        return { compiled, bytes: weighOperation({ ...compiled, ...planned }) };
      } catch (error) {
        if (!(error instanceof NotCompilable)) throw answerable(error);
        log.warn({ reason: error.message, operationName }, 'operation runs on the second engine');
        return { compiled: undefined, bytes: BYTES_OF_A_REASON };
      }
    },
  };
}

/** The same operation where it defers nothing. */
function toAnswerWhole(operation: AskedOperation): AskedOperation {
  const document = withoutDefer(ownDocument(operation.document, operation.operationName));
  return document === operation.document ? operation : { ...operation, document, text: print(document) };
}

function resultOf({ data, failures, stale }: OperationResult): GatewayExecutionResult {
  const extensions = stale === undefined ? {} : { extensions: { stale } };
  return failures.length === 0
    ? { data, ...extensions }
    : { data, errors: failures.map(graphqlErrorOf), ...extensions };
}
