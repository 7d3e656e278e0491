/**
 * A fake subgraph that is called in this process instead of over HTTP, in the shape that the engines take. Its
 * answer is printed and read again like one that came over a wire. Knows no engine.
 */

import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { graphql, parse, type ExecutionResult } from 'graphql';

import { GatewayError } from '../../../gateway/base/gateway-error.ts';
import { readAnswer } from '../../../gateway/upstream/read-answer.ts';
import type { SubgraphAnswer, SubgraphClient } from '../../../gateway/upstream/subgraph-client.ts';
import type { FakeSubgraph } from '../../kit/fake-subgraph.ts';

export interface SubgraphQuestion {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What the subgraph says instead of its honest answer; undefined: it cannot be reached. */
export type Spoil = (answer: ExecutionResult, question: SubgraphQuestion) => object | undefined;

/** Answers as the subgraph would, as plain JSON. */
export type Answerer = (question: SubgraphQuestion) => Promise<ExecutionResult | undefined>;

export function answererOf({ sdl, resolvers, behave }: FakeSubgraph, spoil?: Spoil): Answerer {
  // The resolvers of a fake are written by hand beside its SDL; building the schema checks their names.
  const schema = buildSubgraphSchema([
    { typeDefs: parse(sdl), resolvers: resolvers as GraphQLResolverMap<unknown> },
  ]);
  return async (question) => {
    if (behave === undefined) return undefined;
    const { query: source, operationName, variables: variableValues } = question;
    const honest = await graphql({ schema, source, operationName, variableValues });
    const said = spoil === undefined ? honest : spoil(honest, question);
    // Reason for the cast: what a lying subgraph says may be any JSON, and is read with suspicion.
    return said === undefined ? undefined : (JSON.parse(JSON.stringify(said)) as ExecutionResult);
  };
}

export function inProcessClient(name: string, answer: Answerer): SubgraphClient {
  const client = {
    name,
    async ask(body: string): Promise<SubgraphAnswer> {
      // Reason for the cast: the engine under test has just printed it.
      const said = await answer(JSON.parse(body) as SubgraphQuestion);
      if (said === undefined)
        return { kind: 'failed', error: new GatewayError('SUBGRAPH_UNAVAILABLE', { subgraph: name }) };
      const raw = { status: 200, contentType: 'application/json', body: Buffer.from(JSON.stringify(said)) };
      try {
        return { kind: 'answered', ...readAnswer(name, raw) };
      } catch (error) {
        if (error instanceof GatewayError) return { kind: 'failed', error };
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
  // Reason for the cast: the class has private parts; the engines use only what stands above.
  return client as unknown as SubgraphClient;
}
