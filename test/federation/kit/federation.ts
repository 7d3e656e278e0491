/**
 * Several subgraphs composed and asked through each of the executors: the compiled engine, the one built on
 * @apollo/gateway, @apollo/gateway itself, and one graphql-js schema over the truth. Knows no case.
 */

import { createHash } from 'node:crypto';

import { Supergraph } from '@apollo/federation-internals';
import { ApolloGateway } from '@apollo/gateway';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import {
  execute as executeMonolith,
  getOperationAST,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

import { createApolloEngine } from '../../../gateway/execution/apollo-engine.ts';
import { createCompiledEngine } from '../../../gateway/execution/compiled-engine.ts';
import type { OverrideOptions } from '../../../gateway/planning/decide-overrides.ts';
import { createLogger } from '../../../gateway/telemetry/create-logger.ts';
import type { IncrementalFormat } from '../../../gateway/request/incremental-format.ts';
import type { Payload } from '../../kit/ask-in-parts.ts';
import type { FakeSubgraph } from '../../kit/fake-subgraph.ts';
import { composed } from '../../kit/start-gateway.ts';
import { answerOf, type Answer } from './answer.ts';
import { answerInParts, newCall } from './answer-in-parts.ts';
import { answererOf, inProcessClient, type Spoil, type SubgraphQuestion } from './in-process-client.ts';
import { planInProcess } from './plan-in-process.ts';

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

export interface AskedSubgraph extends SubgraphQuestion {
  readonly subgraph: string;
}

export interface FederationSetup {
  readonly subgraphs: readonly FakeSubgraph[];
  /** The root value of the monolith: objects with a property or a method for each field. */
  readonly truth?: object;
  readonly spoil?: Readonly<Record<string, Spoil>>;
  readonly overrides?: OverrideOptions;
}

const NO_OVERRIDES: OverrideOptions = { labels: [], random: () => 0.5 };

export async function federate(setup: FederationSetup): Promise<Federation> {
  const { subgraphs, truth = {}, spoil = {}, overrides = NO_OVERRIDES } = setup;
  const sdl = composed(
    subgraphs.map(({ name, sdl: own }) => ({ name, sdl: own, url: `http://${name}.test/` })),
  );
  const asked: AskedSubgraph[] = [];
  const answerers = new Map(
    subgraphs.map((subgraph) => {
      const answer = answererOf(subgraph, spoil[subgraph.name]);
      const remember = (question: SubgraphQuestion) => {
        asked.push({ subgraph: subgraph.name, ...question });
        return answer(question);
      };
      return [subgraph.name, remember] as const;
    }),
  );
  const clients = new Map([...answerers].map(([name, answer]) => [name, inProcessClient(name, answer)]));
  const leftToApollo: string[] = [];
  const log = createLogger(
    { level: 'warn' },
    {
      write(line) {
        noteReason(line, leftToApollo);
      },
    },
  );
  const supergraph = { file: 'test', sdl, document: parse(sdl, { noLocation: true }) };
  const apiSchema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema({ includeDefer: true });
  const engines = { supergraph, clients, log, overrides };
  const execute = await executorOf(createCompiledEngine(engines, planInProcess).gateway, apiSchema);
  const compiled: Ask = async (query, variables) => answerOf(await execute(query, variables));
  const monolith = askMonolith(apiSchema, truth);
  return {
    apiSchema,
    supergraphSdl: sdl,
    compiled,
    inParts: (query, variables, format) => answerInParts(format, (call) => execute(query, variables, call)),
    // Not every supergraph is one for them.
    apollo: askLater(() => askEngine(createApolloEngine(engines), apiSchema)),
    bareApollo: askLater(() => askEngine(bareGateway(sdl, answerers), apiSchema)),
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

function noteReason(line: string, reasons: string[]): void {
  const { reason }: { reason?: unknown } = JSON.parse(line);
  if (typeof reason === 'string') reasons.push(reason);
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
  return async (query: string, variables: Variables = {}, call: object = newCall()) => {
    const document = validDocument(schema, query);
    const queryHash = createHash('sha256').update(query).digest('hex');
    const operationName = getOperationAST(document)?.name?.value;
    const request = { query, variables, operationName };
    const asked = { request, document, queryHash, source: query, operationName, context: call };
    // Reason for the cast: the engines read only what stands above.
    return executor!(asked as unknown as EngineRequest);
  };
}

function bareGateway(
  supergraphSdl: string,
  answerers: ReadonlyMap<string, (question: SubgraphQuestion) => Promise<object | undefined>>,
): GatewayInterface {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const quiet = () => undefined;
  return new ApolloGateway({
    supergraphSdl,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    buildService: ({ name }) => ({
      async process({ request }) {
        const { query = '', operationName, variables = {} } = request;
        const said = await answerers.get(name)?.({ query, operationName, variables });
        if (said === undefined) throw new Error(`${name} is down`);
        return said;
      },
    }),
  });
}

function askMonolith(schema: GraphQLSchema, rootValue: object): Ask {
  return async (query, variableValues = {}) => {
    const document = validDocument(schema, query);
    const operationName = getOperationAST(document)?.name?.value;
    return answerOf(await executeMonolith({ schema, document, rootValue, variableValues, operationName }));
  };
}

function validDocument(schema: GraphQLSchema, query: string): DocumentNode {
  const document = parse(query);
  const [first] = validate(schema, document);
  if (first !== undefined) throw first;
  return document;
}
