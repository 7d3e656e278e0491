/**
 * All that derives from one supergraph: clients, engine with its caches and its planning process, GraphQL server. Knows
 * no HTTP, and not that there may be another one.
 */

import type { ApolloServer } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';

import { separateAccess } from '../access/create-access.ts';
import type { Config } from '../config/options.ts';
import { createEngine, type Engine } from '../execution/create-engine.ts';
import type { PreparedOperations } from '../execution/prepared-operations.ts';
import { readCostWeights } from '../operation/cost-weights.ts';
import type { SubgraphPolicies } from '../resilience/subgraph-policies.ts';
import type { Supergraph } from '../supergraph/read-supergraph.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import type { Meters } from '../telemetry/meters.ts';
import { createClients } from '../upstream/create-clients.ts';
import type { SubgraphClient } from '../upstream/subgraph-client.ts';
import { createGraphqlServer } from './create-graphql-server.ts';
import type { DocumentGuard } from './document-plugin.ts';
import { costPlugin, OperationCosts } from './operation-costs.ts';
import type { RequestContext } from './request-context.ts';
import { tellUnusedNames } from './tell-unused-names.ts';

export interface Snapshot {
  readonly sdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly server: ApolloServer<RequestContext>;
  /** Undefined where every request must go the long way. */
  readonly prepared: PreparedOperations | undefined;
  readonly costs: OperationCosts;
  /** Only when no request uses it any more. */
  readonly close: () => Promise<void>;
}

export interface SnapshotParts {
  readonly config: Config;
  readonly log: Logger;
  /** They outlive the snapshot. */
  readonly policies: SubgraphPolicies;
  /** What may be run. */
  readonly documents: DocumentGuard;
  readonly meters: Meters;
}

/** Asks no subgraph. Throws StartRefused; nothing is left running then. */
export async function createSnapshot(
  given: Supergraph,
  { config, log, policies, documents, meters }: SnapshotParts,
): Promise<Snapshot> {
  const { access, supergraph, ...names } = separateAccess(given, {
    policies: config.access.policies,
    filtersIntrospection: config.introspection.filtered,
  });
  const clients = await createClients(supergraph.subgraphs, { config, policies, log, meters });
  const closeClients = () => Promise.all([...clients.values()].map((client) => client.close()));
  const overrides = { labels: config.supergraph.overrideLabels, random: Math.random };
  try {
    const engine = await createEngine(config, {
      supergraph,
      access,
      clients,
      log,
      overrides,
      meter: meters.planning,
      onEviction: () => void (meters.prepared.evictions += 1),
    });
    const costs = new OperationCosts(readCostWeights(supergraph.document), config.limits);
    const told = hearSchema(engine, costs);
    const server = await createGraphqlServer({
      engine: engine.gateway,
      costs: costPlugin(costs, config.limits),
      documents,
      introspection: config.introspection.enabled,
      suggests: config.introspection.enabled && !config.introspection.filtered,
      log,
    });
    if (told.apiSchema === undefined) throw new Error('the engine has told no schema');
    tellUnusedNames(config, { ...supergraph, ...names }, log);
    return {
      sdl: given.sdl,
      apiSchema: told.apiSchema,
      clients,
      server,
      prepared: engine.prepared,
      costs,
      async close() {
        await server.stop();
        await closeClients();
      },
    };
  } catch (error) {
    await closeClients();
    throw error;
  }
}

/** What the engine tells when it is loaded. */
function hearSchema({ gateway }: Engine, costs: OperationCosts): { readonly apiSchema?: GraphQLSchema } {
  const told: { apiSchema?: GraphQLSchema } = {};
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    told.apiSchema = apiSchema;
    costs.useSchema(apiSchema);
  });
  return told;
}
