/**
 * Several subgraphs, served over HTTP, composed and asked through each of the executors: the compiled engine, the one
 * built on @apollo/gateway, @apollo/gateway itself, and one graphql-js schema over the truth. Knows no case.
 */

import { createHash } from 'node:crypto';

import { Supergraph } from '@apollo/federation-internals';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import {
  execute as executeMonolith,
  getOperationAST,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';

import { separateAccess } from '../../../gateway/access/create-access.ts';
import type { EngineParts } from '../../../gateway/execution/apollo-engine.ts';
import { createCompiledEngine, type StartPlanning } from '../../../gateway/execution/compiled-engine.ts';
import { inUse } from '../../../gateway/execution/generate-code.ts';
import { SUPPORTED_FEATURES } from '../../../gateway/planning/create-planner.ts';
import type { OverrideOptions } from '../../../gateway/planning/decide-overrides.ts';
import { startPlanning } from '../../../gateway/planning/start-planning.ts';
import { createLogger, type Logger } from '../../../gateway/telemetry/create-logger.ts';
import type { IncrementalFormat } from '../../../gateway/request/incremental-format.ts';
import type { SubgraphClient } from '../../../gateway/upstream/subgraph-client.ts';
import type { Payload } from '../../kit/ask-in-parts.ts';
import {
  behaving,
  sendJson,
  serve,
  type FakeSubgraph,
  type ServedSubgraph,
} from '../../kit/fake-subgraph.ts';
import { clientOf } from '../../kit/client-of.ts';
import { composed } from '../../kit/start-gateway.ts';
import { answerOf, type Answer } from './answer.ts';
import { answerEvent } from './answer-event.ts';
import { answerInParts, newCall } from './answer-in-parts.ts';
import { planInProcess } from './plan-in-process.ts';

// Most cases ask once, and what is generated is what clients get; the plain way is compared in the differential suite.
inUse.after = 0;

type Variables = Readonly<Record<string, unknown>>;
type Ask = (query: string, variables?: Variables) => Promise<Answer>;

export interface Federation {
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
  readonly compiled: Ask;
  /** The compiled engine's answer as a client reads it that takes parts in the format. */
  readonly inParts: (
    query: string,
    variables: Variables,
    format: IncrementalFormat,
  ) => Promise<readonly Payload[]>;
  /** Our engine on top of @apollo/gateway. */
  readonly apollo: Ask;
  /** @apollo/gateway alone. */
  readonly bareApollo: Ask;
  /** One graphql-js schema, what clients see, over the truth. */
  readonly monolith: Ask;
  /** The answer that the compiled engine and the monolith agree on; throws where they do not. */
  readonly agreed: Ask;
  /** What each subgraph was asked, in order, since the last call of this function. */
  readonly takeAsked: () => readonly AskedSubgraph[];
  /** Why the compiled engine left operations to the second one. */
  readonly leftToApollo: readonly string[];
}

interface SubgraphQuestion {
  readonly query: string;
  readonly variables?: Variables;
}

export interface AskedSubgraph extends SubgraphQuestion {
  readonly subgraph: string;
}

/** What the subgraph says instead of its honest answer. */
export type Spoil = (answer: ExecutionResult, question: SubgraphQuestion) => object;

export interface FederationSetup {
  readonly subgraphs: readonly FakeSubgraph[];
  /** The root value of the monolith: objects with a property or a method for each field. */
  readonly truth?: object;
  readonly spoil?: Readonly<Record<string, Spoil>>;
  readonly overrides?: OverrideOptions;
  /** Plans in a process, as a gateway does, which gives up an operation after that time; else there is no end to it. */
  readonly planningMs?: number;
  /** What composes the subgraphs, if not @apollo/composition alone. */
  readonly composer?: typeof composed;
  /** How it is planned, if not in one of these ways. */
  readonly startPlanning?: StartPlanning;
  /** Whether nothing listens where the subgraph is called at the moment. */
  readonly isRefusing?: (subgraph: string) => boolean;
}

const running: (() => Promise<void>)[] = [];

/** Whoever imports this file has what it started stopped at its end; whoever starts much may do it before. */
export async function stopFederations(): Promise<void> {
  for (const stop of running.splice(0)) await stop();
}

afterAll(stopFederations);

const NO_OVERRIDES: OverrideOptions = { labels: [], random: () => 0.5 };

export async function federate(setup: FederationSetup): Promise<Federation> {
  const { subgraphs, truth = {}, spoil = {}, overrides = NO_OVERRIDES } = setup;
  const asked: AskedSubgraph[] = [];
  const served = await Promise.all(
    subgraphs.map((subgraph) => serve(remembering(spoilt(subgraph, spoil[subgraph.name]), asked))),
  );
  running.push(...served.map((each) => () => each.stop()));
  const sdl = (setup.composer ?? composed)(served);
  const clients = new Map(served.map((each) => [each.name, refusable(each, setup.isRefusing)]));
  running.push(...[...clients.values()].map((client) => () => client.close()));
  const leftToApollo: string[] = [];
  const log = createLogger({ level: 'warn' }, { write: (line) => noteReason(line, leftToApollo) });
  const { access, supergraph } = separateAccess({
    file: 'test',
    sdl,
    document: parse(sdl, { noLocation: true }),
  });
  const apiSchema = Supergraph.build(supergraph.sdl, { supportedFeatures: new Set(SUPPORTED_FEATURES) })
    .apiSchema()
    .toGraphQLJSSchema({ includeDefer: true });
  const engines = { supergraph, access, clients, log, overrides };
  const engine = createCompiledEngine(engines, plannedBy(setup, log));
  const execute = await executorOf(engine.gateway, apiSchema);
  const compiled: Ask = async (query, variables) =>
    answerOf(await answerEvent(clients, (call) => execute(query, variables, call)));
  const monolith = askMonolith(apiSchema, truth);
  return {
    apiSchema,
    supergraphSdl: sdl,
    compiled,
    inParts: (query, variables, format) => answerInParts(format, (call) => execute(query, variables, call)),
    // Not every supergraph is one for them, and few cases ask them: the half of what a case would load is theirs.
    apollo: askLater(async () => askEngine(await secondEngine(engines), apiSchema)),
    bareApollo: askLater(async () => askEngine(await bareGateway(sdl), apiSchema)),
    monolith,
    async agreed(query, variables) {
      const [ours, truths] = [await compiled(query, variables), await monolith(query, variables)];
      expect(ours.text).toBe(truths.text);
      expect(ours.errors.map(({ path }) => path)).toEqual(truths.errors.map(({ path }) => path));
      return ours;
    },
    takeAsked: () => asked.splice(0),
    leftToApollo,
  };
}

function plannedBy(setup: FederationSetup, log: Logger): StartPlanning {
  const { planningMs: timeoutMs, startPlanning: given = planInProcess } = setup;
  if (timeoutMs === undefined) return given;
  return (supergraphSdl) => startPlanning({ supergraphSdl, options: { timeoutMs, maxHeapMb: 256 }, log });
}

const LIMITS = { timeoutMs: 20_000, maxResponseBytes: 100_000_000 };
/** Where no process may listen unless the machine's owner wants it to. */
const NOWHERE = 'http://127.0.0.1:1/';

function refusable(served: ServedSubgraph, isRefusing: FederationSetup['isRefusing']): SubgraphClient {
  const client = clientOf(served, LIMITS);
  if (isRefusing === undefined) return client;
  const refused = clientOf({ ...served, url: NOWHERE }, LIMITS);
  running.push(() => refused.close());
  return new Proxy(client, {
    get(_client, key) {
      const chosen = isRefusing(served.name) ? refused : client;
      const value: unknown = Reflect.get(chosen, key, chosen);
      return typeof value === 'function' ? value.bind(chosen) : value;
    },
  });
}

function spoilt(subgraph: FakeSubgraph, spoil: Spoil | undefined): FakeSubgraph {
  if (spoil === undefined) return subgraph;
  return behaving(subgraph, async (answer, response, { body }) =>
    sendJson(response, spoil(await answer(), body)),
  );
}

function remembering(subgraph: FakeSubgraph, asked: AskedSubgraph[]): FakeSubgraph {
  const { name, behave } = subgraph;
  if (behave === undefined) return subgraph;
  return behaving(subgraph, (answer, response, call) => {
    asked.push({ subgraph: name, ...call.body });
    return behave(answer, response, call);
  });
}

function noteReason(line: string, reasons: string[]): void {
  const { reason, msg }: { reason?: unknown; msg?: unknown } = JSON.parse(line);
  if (typeof reason === 'string' && msg === 'operation runs on the second engine') reasons.push(reason);
}

type Executor = Awaited<ReturnType<GatewayInterface['load']>>['executor'];
type EngineRequest = Parameters<NonNullable<Executor>>[0];

function askLater(makeAsk: () => Promise<Ask>): Ask {
  let made: Promise<Ask> | undefined;
  return async (query, variables) => (await (made ??= makeAsk()))(query, variables);
}

async function askEngine(engine: GatewayInterface, schema: GraphQLSchema): Promise<Ask> {
  const execute = await executorOf(engine, schema);
  return async (query, variables) => answerOf(await execute(query, variables));
}

async function executorOf(engine: GatewayInterface, schema: GraphQLSchema) {
  // Reason for the cast: the engines read nothing of the options.
  const { executor } = await engine.load({} as Parameters<GatewayInterface['load']>[0]);
  running.push(() => engine.stop());
  return async (query: string, variables: Variables = {}, call: object = newCall()) => {
    const document = validDocument(schema, query);
    const queryHash = createHash('sha256').update(query).digest('hex');
    const operation = getOperationAST(document);
    const operationName = operation?.name?.value;
    const request = { query, variables, operationName };
    // @apollo/gateway writes down its errors in `metrics`.
    const named = { request, document, operation, operationName, queryHash, source: query };
    const asked = { ...named, context: call, metrics: {} };
    // Reason for the cast: the engines read only what stands above.
    return executor!(asked as unknown as EngineRequest);
  };
}

async function secondEngine(parts: EngineParts): Promise<GatewayInterface> {
  const { createApolloEngine } = await import('../../../gateway/execution/apollo-engine.ts');
  return createApolloEngine(parts);
}

async function bareGateway(supergraphSdl: string): Promise<GatewayInterface> {
  const { ApolloGateway, RemoteGraphQLDataSource } = await import('@apollo/gateway');
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const quiet = () => undefined;
  return new ApolloGateway({
    supergraphSdl,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    buildService: ({ url }) => new RemoteGraphQLDataSource({ ...(url === undefined ? {} : { url }) }),
  });
}

function askMonolith(schema: GraphQLSchema, rootValue: object): Ask {
  return async (query, variableValues = {}) => {
    const document = validDocument(schema, query);
    const operation = getOperationAST(document);
    const operationName = operation?.name?.value;
    return answerOf(await executeMonolith({ schema, document, rootValue, variableValues, operationName }));
  };
}

function validDocument(schema: GraphQLSchema, query: string): DocumentNode {
  const document = parse(query);
  const [first] = validate(schema, document);
  if (first !== undefined) throw first;
  return document;
}
