/**
 * One subgraph as @apollo/gateway calls it. It never throws and never reports errors through the engine, whose
 * paths go wrong where entities are null or of several types: failures go to the request's journal with the path
 * in the client's response, and the engine merges what data there is. Knows no HTTP.
 */

import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { CallContext, SubgraphClient } from '../upstream/subgraph-client.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { pathsAt, positionsOf } from './entity-positions.ts';
import { pathName, rawResponse, type FetchJournal } from './fetch-journal.ts';
import { readFetch, type FetchOutcome } from './read-fetch.ts';
import { effectOf } from './idempotent-fields.ts';
import { selectionOf } from './selection.ts';

/** What the engine carries from the start of a request to each of its fetches. */
export interface FetchContext {
  readonly call: CallContext;
  readonly journal: FetchJournal;
}

type Options = GraphQLDataSourceProcessOptions<FetchContext & Record<string, unknown>>;

/** `schema` is the whole supergraph's, with what clients cannot see: fetches ask for that too. */
export function createApolloDataSource(
  client: SubgraphClient,
  schema: GraphQLSchema,
): GraphQLDataSource<FetchContext & Record<string, unknown>> {
  return {
    async process(options) {
      const { call, journal } = fetchContextOf(options);
      const { query = '', variables = {}, operationName } = options.request;
      const selection = selectionOf(documentOf(options, query), operationName, variables);
      const effect = effectOf(documentOf(options, query), schema);
      const answer = await client.ask(JSON.stringify({ query, variables, operationName }), call, { effect });
      const representations = representationsOf(variables);
      const outcome = readFetch({ subgraph: client.name, selection, schema, representations }, answer);
      const at = pathOf(options);
      if (representations === undefined && at.length === 0 && outcome.data !== null)
        journal.roots.push(outcome.data);
      writeDown(outcome, representations, at, journal);
      // The engine's type for data has no null, although that is what it expects of a fetch without any.
      return { data: outcome.data ?? undefined } as GatewayGraphQLResponse;
    },
  };
}

function writeDown(
  outcome: FetchOutcome,
  representations: readonly JsonObject[] | undefined,
  at: readonly string[],
  journal: FetchJournal,
): void {
  const { failures, unknown } = outcome;
  if (failures.length === 0 && unknown.length === 0) return;
  const response = rawResponse(journal);
  const positions = representations === undefined ? [] : positionsOf(representations, response, at);
  const placesOf = (target: number): readonly Path[] =>
    representations === undefined ? placesOfRoot(response, at) : [positions[target] ?? listStart(at)];
  for (const { target, path, ...failure } of failures) {
    for (const place of placesOf(target)) journal.failures.push({ ...failure, path: [...place, ...path] });
  }
  for (const { target, path } of unknown) {
    for (const place of placesOf(target)) journal.unknownToOwner.add(pathName([...place, ...path]));
  }
}

/** Fields of the root type can also stand below the root, in what a mutation answers. */
function placesOfRoot(response: JsonObject, at: readonly string[]): readonly Path[] {
  return at.length === 0 ? [[]] : pathsAt(response, at);
}

/** As near as can be said without an index. */
function listStart(at: readonly string[]): Path {
  const list = at.indexOf('@');
  return list < 0 ? at : at.slice(0, list);
}

function representationsOf({ representations }: JsonObject): readonly JsonObject[] | undefined {
  return Array.isArray(representations) ? representations.filter(isRecord) : undefined;
}

function fetchContextOf(options: Options): FetchContext {
  // The engine hands on what `apollo-engine.ts` gave it; its types also allow calls that we never configure.
  return options.context as FetchContext;
}

function documentOf(options: Options, query: string): DocumentNode {
  return ('document' in options ? options.document : undefined) ?? parse(query, { noLocation: true });
}

function pathOf(options: Options): readonly string[] {
  return 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []).map(String) : [];
}
