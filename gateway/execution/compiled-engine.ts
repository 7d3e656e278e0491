/**
 * The default engine: each operation is planned and compiled once, then only run. One that cannot be compiled goes
 * through @apollo/gateway, logged with the reason. Knows no HTTP and no token.
 */

import type { GatewayExecutionResult, GatewayInterface } from '@apollo/server-gateway-interface';
import { buildASTSchema, GraphQLError } from 'graphql';

import { isRecord } from '../base/is-record.ts';
import { createPlanner, type Planner, type PlanQuestion } from '../planning/create-planner.ts';
import { createOverrideDecider, type DecideOverrides } from '../planning/decide-overrides.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import type { EngineParts } from './apollo-engine.ts';
import { compileOperation, type OperationResult } from './compile-operation.ts';
import { NotCompilable } from './compile-plan.ts';
import { graphqlErrorOf } from './graphql-error-of.ts';
import {
  createOperationCache,
  type OperationCache,
  type Preparation,
  type PreparedOperations,
} from './operation-cache.ts';
import { unusableSupergraph } from './unusable-supergraph.ts';

type Executor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

export interface CompiledEngine {
  /** In the shape that @apollo/server takes; the context value of a request must be a CallContext. */
  readonly gateway: GatewayInterface;
  readonly prepared: PreparedOperations;
}

export function createCompiledEngine(parts: EngineParts): CompiledEngine {
  const decide = createOverrideDecider(parts.overrides);
  const cache = createOperationCache(decide);
  const secondEngine = createSecondEngine(parts);
  const listeners: Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0][] = [];
  return {
    prepared: cache.prepared,
    gateway: {
      onSchemaLoadOrUpdate(listener) {
        listeners.push(listener);
        return () => undefined;
      },
      load() {
        const planner = plannerFor(parts.supergraph);
        const schema = { apiSchema: planner.apiSchema, coreSupergraphSdl: parts.supergraph.sdl };
        for (const listener of listeners) listener(schema);
        return Promise.resolve({
          executor: executorOf({
            prepare: preparer(parts, planner),
            labelsOf: planner.labelsOf,
            decide,
            cache,
            viaApollo: secondEngine.executor,
          }),
        });
      },
      stop: () => secondEngine.stop(),
    },
  };
}

/** Throws StartRefused where the supergraph asks for what the planner does not know (`for: SECURITY` among it). */
function plannerFor({ sdl, file }: EngineParts['supergraph']): Planner {
  try {
    return createPlanner(sdl);
  } catch (error) {
    throw unusableSupergraph(file, error);
  }
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
  readonly prepare: Prepare;
  readonly labelsOf: Planner['labelsOf'];
  readonly decide: DecideOverrides;
  readonly cache: OperationCache;
  readonly viaApollo: Executor;
}

function executorOf({ prepare, labelsOf, decide, cache, viaApollo }: ExecutorParts): Executor {
  return async (request) => {
    const { document, source } = request;
    const operationName = request.request.operationName ?? undefined;
    // The context value is what our own request stage made; the interface types it as any record.
    const call = request.context as unknown as CallContext;
    const known = cache.known(source, operationName, () => labelsOf(document));
    const overrides = decide(call, known.labels);
    const { preparation: compiled } = known.find(overrides) ?? {
      preparation: prepare({ document, operationName, overrides }),
    };
    known.keep(overrides, compiled);
    if (compiled === undefined) return viaApollo(request);
    const variables = isRecord(request.request.variables) ? request.request.variables : {};
    const coercion = compiled.coerce(variables);
    if (coercion.errors !== undefined) return { errors: coercion.errors.map(refusal) };
    return resultOf(await compiled.run(variables, coercion.coerced, call));
  };
}

type Prepare = (question: PlanQuestion) => Preparation;

function preparer({ supergraph, clients, log }: EngineParts, planner: Planner): Prepare {
  const supergraphSchema = buildASTSchema(supergraph.document, { assumeValid: true });
  const { apiSchema } = planner;
  return (question) => {
    const { operationName } = question;
    try {
      const planned = planner.plan(question);
      return compileOperation({ ...planned, operationName, apiSchema, supergraphSchema, clients });
    } catch (error) {
      if (!(error instanceof NotCompilable)) throw error;
      log.warn({ reason: error.message, operationName }, 'operation runs on the second engine');
      return undefined;
    }
  };
}

function resultOf({ data, failures }: OperationResult): GatewayExecutionResult {
  return failures.length === 0 ? { data } : { data, errors: failures.map(graphqlErrorOf) };
}

/** A variable that does not fit its type. */
function refusal({ message, nodes }: GraphQLError): GraphQLError {
  const place = nodes === undefined ? {} : { nodes };
  return new GraphQLError(message, {
    ...place,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}
