/**
 * @apollo/gateway as the engine: plans and runs operations over one supergraph. Around it, the errors that its
 * fetches left in the journal are put where the client's nulls are. Knows no HTTP and no token.
 */

import { ApolloGateway } from '@apollo/gateway';
import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import {
  extendSchema,
  GraphQLError,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

import { StartRefused } from '../base/start-refused.ts';
import type { Access } from '../access/create-access.ts';
import type { OverrideOptions } from '../planning/decide-overrides.ts';
import { overrideLabels } from '../planning/override-labels.ts';
import { declaredAnswers } from '../supergraph/failure-answers.ts';
import { withOneOfDefined } from '../supergraph/one-of-defined.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { quotable } from '../../schema/contract/quotable.ts';
import type { CallContext, SubgraphClient } from '../upstream/subgraph-client.ts';
import { createApolloDataSource } from './apollo-data-source.ts';
import { withoutDefer } from './defer-directive.ts';
import { explainNulls } from './explain-nulls.ts';
import { createJournal, rawResponse, type FetchJournal } from './fetch-journal.ts';
import { graphqlErrorOf } from './graphql-error-of.ts';
import { restrictExecutor } from './restrict-executor.ts';
import { noEvents } from './prepared-subscription.ts';
import { selectionOf } from './selection.ts';
import { supergraphSchema } from './supergraph-schema.ts';
import { unusableSupergraph } from './unusable-supergraph.ts';

type Executor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

export interface EngineParts {
  /** Without the directives that `access` enforces. */
  readonly supergraph: { readonly file: string; readonly sdl: string; readonly document: DocumentNode };
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly log: Logger;
  readonly access: Access;
  /** Which override labels are on. */
  readonly overrides: OverrideOptions;
  /** Called for each prepared operation that had to make room for others. */
  readonly onEviction?: (() => void) | undefined;
}

/** Keeps the plans, the largest cache of the process, well inside the memory that the gateway may use. */
const PLAN_CACHE_MIB = 15;

/** This engine answers whole, and clients may ask all the same. */
const DEFER = parse(
  'directive @defer(label: String, if: Boolean! = true) on FRAGMENT_SPREAD | INLINE_FRAGMENT',
);

/**
 * The engine in the shape that @apollo/server takes; the context value of a request must be a CallContext. Its
 * `load` throws StartRefused where no schema can be built, for example because the supergraph asks for a feature
 * that the engine cannot honour (`for: SECURITY`, `for: EXECUTION`, `@override(label:)`). It calls no subgraph before an operation does.
 */
export function createApolloEngine(parts: EngineParts): GatewayInterface {
  const { supergraph, access, log } = parts;
  const gateway = createGateway(parts);
  let apiSchema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate((schema) => (apiSchema = schema.apiSchema));
  return {
    onSchemaLoadOrUpdate: (callback) =>
      gateway.onSchemaLoadOrUpdate((schema) => {
        callback({ ...schema, apiSchema: extendSchema(schema.apiSchema, DEFER) });
      }),
    async load() {
      const [label] = overrideLabels(supergraph.document).all;
      if (label !== undefined) throw new StartRefused([cannotMove(supergraph.file, label)]);
      const ignored = declaredAnswers(supergraph.document).filter(({ answer }) => answer !== 'NULL');
      if (ignored.length > 0) {
        const fields = ignored.map(({ type, node }) => `${type}.${node.name.value}`);
        log.warn({ fields }, 'the engine apollo ignores @onFailure; a failure is null with an error');
      }
      const { executor } = await gateway.load().catch((error: unknown) => {
        throw unusableSupergraph(supergraph.file, error);
      });
      const run: Executor = async (request) => {
        if (request.operation.operation === OperationTypeNode.SUBSCRIPTION) return { errors: [noEvents()] };
        const journal = createJournal();
        // The context value is what our own request stage made; the interface types it as any record.
        const call = request.context as CallContext;
        const asked = { ...request, document: withoutDefer(request.document) };
        // The engine is built against an older copy of the same interface and only reads the request.
        const inner = { ...asked, context: { call, journal } } as Parameters<typeof executor>[0];
        const result = await executor(inner);
        return withErrors(result, asked, journal);
      };
      if (apiSchema === undefined) throw new Error('the engine has told no schema');
      return { executor: restrictExecutor(run, access, apiSchema) };
    },
    stop: () => gateway.stop(),
  };
}

/** It would leave such a field with its old owner for good, and say nothing. */
function cannotMove(file: string, label: string): string {
  return (
    `The supergraph ${file} moves fields by @override(label: ${JSON.stringify(label)}), which the engine \`apollo\` ` +
    'cannot do: set execution.engine to `compiled`.'
  );
}

function createGateway({ supergraph, clients, log }: EngineParts): ApolloGateway {
  // Read when the engine is made; without it the engine reports what machine it runs on to its vendor.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const schema = supergraphSchema(supergraph);
  const quiet = (message?: unknown) => log.debug({ from: 'engine' }, quotable(String(message)));
  const loud = (message?: unknown) => log.warn({ from: 'engine' }, quotable(String(message)));
  return new ApolloGateway({
    supergraphSdl: withOneOfDefined(supergraph.sdl),
    validateSupergraph: true,
    __exposeQueryPlanExperimental: false,
    experimental_approximateQueryPlanStoreMiB: PLAN_CACHE_MIB,
    queryPlannerConfig: { exposeDocumentNodeInFetchNode: true },
    logger: { debug: quiet, info: quiet, warn: loud, error: loud },
    buildService({ name }) {
      const client = clients.get(name);
      if (client === undefined) throw new Error(`no client for the subgraph ${name}`);
      return createApolloDataSource(client, schema);
    },
  });
}

function withErrors(
  result: GatewayExecutionResult,
  request: GatewayGraphQLRequestContext,
  journal: FetchJournal,
): GatewayExecutionResult {
  const { data, errors = [] } = result;
  const broken = brokenPaths(result);
  if (journal.failures.length === 0 && broken.length === 0) return result;
  const { document, operationName } = request;
  const variables = request.request.variables ?? {};
  const operation = selectionOf(document, operationName ?? undefined, variables);
  const failures = explainNulls({ operation, data, raw: rawResponse(journal), broken }, journal);
  return { ...(data === undefined ? {} : { data }), errors: [...errors, ...failures.map(graphqlErrorOf)] };
}

/** Where the engine found a value that the schema does not allow; it tells so only in an extension of its own. */
function brokenPaths({ extensions }: GatewayExecutionResult) {
  const found: unknown = extensions?.['valueCompletion'];
  if (!Array.isArray(found)) return [];
  return found.flatMap((error: unknown) => (error instanceof GraphQLError && error.path ? [error.path] : []));
}
