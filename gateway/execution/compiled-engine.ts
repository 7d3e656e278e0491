/**
 * The default engine: each operation is planned and compiled once, then only run. One that cannot be compiled goes
 * through @apollo/gateway, logged with the reason. Knows no HTTP and no token.
 */

import type { GatewayExecutionResult, GatewayInterface } from '@apollo/server-gateway-interface';
import { buildASTSchema, GraphQLError, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import { createPlanner, type Planner } from '../planning/create-planner.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import type { EngineParts } from './apollo-engine.ts';
import { compileOperation, type CompiledOperation, type OperationResult } from './compile-operation.ts';
import { NotCompilable } from './compile-plan.ts';
import { graphqlErrorOf } from './graphql-error-of.ts';
import { unusableSupergraph } from './unusable-supergraph.ts';

type Executor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

/** A compiled operation weighs about this many times its text. */
const BYTES_PER_CHARACTER = 60;
const CACHE_BYTES = 30 * 1024 * 1024;

/** Operations that have been validated and compiled already, by the text that clients send. */
export interface PreparedOperations {
  readonly find: (text: string, operationName: string | undefined) => PreparedOperation | undefined;
}

export interface PreparedOperation {
  readonly name: string | undefined;
  /** Undefined, and nothing fetched, where the variables do not fit: the long way says what is wrong. */
  readonly begin: (variables: JsonObject, call: CallContext) => Promise<OperationResult> | undefined;
}

export interface CompiledEngine {
  /** In the shape that @apollo/server takes; the context value of a request must be a CallContext. */
  readonly gateway: GatewayInterface;
  readonly prepared: PreparedOperations;
}

export function createCompiledEngine(parts: EngineParts): CompiledEngine {
  const cache = new LRUCache<string, Preparation>({ maxSize: CACHE_BYTES });
  const secondEngine = createSecondEngine(parts);
  const listeners: Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0][] = [];
  return {
    prepared: {
      find: (text, operationName) => cache.get(keyOf(text, operationName))?.operation,
    },
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
          executor: executorOf(preparer(parts, planner), cache, secondEngine.executor),
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

interface Preparation {
  readonly compiled: CompiledOperation | undefined;
  /** Undefined where the operation cannot be compiled. */
  readonly operation: PreparedOperation | undefined;
}

/** An operation name cannot contain a space, so the two cannot be confused. */
function keyOf(text: string, operationName: string | undefined): string {
  return `${operationName ?? ''} ${text}`;
}

function executorOf(prepare: Prepare, cache: LRUCache<string, Preparation>, viaApollo: Executor): Executor {
  return async (request) => {
    const { document, source } = request;
    const operationName = request.request.operationName ?? undefined;
    const key = keyOf(source, operationName);
    const known = cache.get(key) ?? prepare(document, operationName);
    cache.set(key, known, { size: source.length * BYTES_PER_CHARACTER + 1_000 });
    if (known.compiled === undefined) return viaApollo(request);
    const variables = isRecord(request.request.variables) ? request.request.variables : {};
    const coercion = known.compiled.coerce(variables);
    if (coercion.errors !== undefined) return { errors: coercion.errors.map(refusal) };
    // The context value is what our own request stage made; the interface types it as any record.
    const call = request.context as unknown as CallContext;
    return resultOf(await known.compiled.run(variables, coercion.coerced, call));
  };
}

type Prepare = (document: DocumentNode, operationName: string | undefined) => Preparation;

function preparer({ supergraph, clients, log }: EngineParts, planner: Planner): Prepare {
  const supergraphSchema = buildASTSchema(supergraph.document, { assumeValid: true });
  const { apiSchema } = planner;
  return (document, operationName) => {
    try {
      const planned = planner.plan(document, operationName);
      const parts = { ...planned, operationName, apiSchema, supergraphSchema, clients };
      const compiled = compileOperation(parts);
      return { compiled, operation: preparedOperation(compiled) };
    } catch (error) {
      if (!(error instanceof NotCompilable)) throw error;
      log.warn({ reason: error.message, operationName }, 'operation runs on the second engine');
      return { compiled: undefined, operation: undefined };
    }
  };
}

function preparedOperation({ name, coerce, run }: CompiledOperation): PreparedOperation {
  return {
    name,
    begin(variables, call) {
      const coercion = coerce(variables);
      return coercion.errors === undefined ? run(variables, coercion.coerced, call) : undefined;
    },
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
