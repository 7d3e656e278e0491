/**
 * The default engine: each operation is planned and compiled once, then only run. One that cannot be compiled goes
 * through @apollo/gateway, logged with the reason. Knows no HTTP and no token.
 */

import type { GatewayExecutionResult, GatewayInterface } from '@apollo/server-gateway-interface';
import { buildASTSchema, GraphQLError, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

import { ERRORS } from '../../schema/contract/errors.ts';
import { isRecord } from '../base/is-record.ts';
import { createPlanner, type Planner } from '../planning/create-planner.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import { createApolloEngine, type EngineParts } from './apollo-engine.ts';
import { compileOperation, type CompiledOperation, type OperationResult } from './compile-operation.ts';
import { NotCompilable } from './compile-plan.ts';
import type { FieldFailure } from './fetch-journal.ts';

type Executor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

/** A compiled operation weighs about this many times its text. */
const BYTES_PER_CHARACTER = 60;
const CACHE_BYTES = 30 * 1024 * 1024;

/** In the shape that @apollo/server takes; the context value of a request must be a CallContext. */
export function createCompiledEngine(parts: EngineParts): GatewayInterface {
  const apollo = createApolloEngine(parts);
  return {
    onSchemaLoadOrUpdate: (callback) => apollo.onSchemaLoadOrUpdate(callback),
    async load(options) {
      // It also says what is wrong with a supergraph that cannot be used.
      const { executor } = await apollo.load(options);
      if (executor === null) throw new Error('the engine has no executor');
      return { executor: executorOf(parts, executor) };
    },
    stop: () => apollo.stop(),
  };
}

function executorOf(parts: EngineParts, viaApollo: Executor): Executor {
  const planner = createPlanner(parts.supergraph.sdl);
  const prepare = preparation(parts, planner);
  return async (request) => {
    const { document, operationName, queryHash, source } = request;
    const operation = prepare({ document, operationName: operationName ?? undefined, queryHash, source });
    if (operation === undefined) return viaApollo(request);
    const variables = isRecord(request.request.variables) ? request.request.variables : {};
    // The context value is what our own request stage made; the interface types it as any record.
    const result = await operation.run(variables, request.context as unknown as CallContext);
    return resultOf(result);
  };
}

interface Prepared {
  /** Undefined where the operation cannot be compiled. */
  readonly operation: CompiledOperation | undefined;
}

interface Asked {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly queryHash: string;
  readonly source: string;
}

/** Prepares each operation once; the cache is bounded by bytes. */
function preparation({ supergraph, clients, log }: EngineParts, planner: Planner) {
  const supergraphSchema = buildASTSchema(supergraph.document, { assumeValid: true });
  const cache = new LRUCache<string, Prepared>({ maxSize: CACHE_BYTES });

  function prepare({ document, operationName }: Asked): Prepared {
    try {
      const plan = planner.plan(document, operationName);
      const { apiSchema } = planner;
      return {
        operation: compileOperation({ document, operationName, plan, apiSchema, supergraphSchema, clients }),
      };
    } catch (error) {
      if (!(error instanceof NotCompilable)) throw error;
      log.warn({ reason: error.message, operationName }, 'operation runs on the second engine');
      return { operation: undefined };
    }
  }

  return (asked: Asked): CompiledOperation | undefined => {
    const key = `${asked.queryHash} ${asked.operationName ?? ''}`;
    const known = cache.get(key);
    if (known !== undefined) return known.operation;
    const prepared = prepare(asked);
    cache.set(key, prepared, { size: asked.source.length * BYTES_PER_CHARACTER + 1_000 });
    return prepared.operation;
  };
}

function resultOf(result: OperationResult): GatewayExecutionResult {
  if (result.kind === 'refused') return { errors: result.errors.map(refusal) };
  const { data, failures } = result;
  return failures.length === 0 ? { data } : { data, errors: failures.map(graphqlError) };
}

/** A variable that does not fit its type. */
function refusal({ message, nodes }: GraphQLError): GraphQLError {
  const place = nodes === undefined ? {} : { nodes };
  return new GraphQLError(message, {
    ...place,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

function graphqlError({ code, facts, path }: FieldFailure): GraphQLError {
  const place = path.length === 0 ? {} : { path };
  return new GraphQLError(ERRORS[code].says, { ...place, extensions: { code, ...facts } });
}
