/**
 * What is missing for the gateway to answer everything: what fails in the configured operation, or, where none is
 * configured, the subgraphs that do not answer at all. Knows the GraphQL server and the clients; does not know who asks or how often.
 */

import type { ApolloServer } from '@apollo/server';

import type { Config } from '../config/options.ts';
import { createRequestContext, runInRequest, type RequestContext } from '../request/request-context.ts';
import type { Snapshots } from '../request/snapshots.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import type { SubgraphClient } from '../upstream/subgraph-client.ts';
import type { Readiness, ReadinessFailure, ReadinessProbe } from './readiness.ts';

export interface ProbeParts {
  readonly options: Config['readiness'];
  readonly snapshots: Snapshots;
  readonly log: Logger;
}

export function createProbe({ options, snapshots, log }: ProbeParts): ReadinessProbe {
  const { operation, scopes } = options;
  const contextOfProbe = () =>
    createRequestContext({
      requestId: crypto.randomUUID(),
      principal: { subject: 'readiness', roles: [], scopes },
      signal: new AbortController().signal,
      log,
    });
  return async () => {
    const { snapshot, leave } = snapshots.enter();
    try {
      return operation === undefined
        ? await probeSubgraphs([...snapshot.clients.values()], contextOfProbe())
        : await probeOperation(snapshot.server, operation, contextOfProbe());
    } finally {
      leave();
    }
  };
}

async function probeOperation(
  server: ApolloServer<RequestContext>,
  query: string,
  contextValue: RequestContext,
): Promise<Readiness> {
  const { body } = await runInRequest(contextValue, () =>
    server.executeOperation({ query }, { contextValue }),
  );
  const { errors = [], data } = body.kind === 'single' ? body.singleResult : {};
  const failures = errors.map(({ extensions = {} }): ReadinessFailure => {
    const { code, subgraph } = extensions;
    return { code: String(code), ...(typeof subgraph === 'string' ? { subgraph } : {}) };
  });
  const servesSome = Object.values(data ?? {}).some((value) => value !== null);
  return { failures: distinct(failures), servesSome };
}

async function probeSubgraphs(
  clients: readonly SubgraphClient[],
  context: RequestContext,
): Promise<Readiness> {
  const asked = clients.map(async (client): Promise<readonly ReadinessFailure[]> => {
    const answer = await client.ask(JSON.stringify({ query: '{ __typename }' }), context);
    const code = answer.kind === 'failed' ? answer.error.code : answer.errors[0]?.code;
    return code === undefined ? [] : [{ code, subgraph: client.name }];
  });
  const failures = (await Promise.all(asked)).flat();
  return { failures, servesSome: failures.length < clients.length };
}

function distinct(failures: readonly ReadinessFailure[]): readonly ReadinessFailure[] {
  return [...new Map(failures.map((failure) => [`${failure.subgraph} ${failure.code}`, failure])).values()];
}
