/**
 * The CRM's subgraph, put together. `schema/crm.graphql` is its SDL.
 */

import type { SubgraphDefinition } from '../kit/subgraph.ts';
import { events } from './events.ts';
import { createCrmLoaders, type CrmLoaders } from './loaders.ts';
import { permissions } from './permissions.ts';
import { entityResolvers } from './resolvers/entities.ts';
import { mutationResolvers } from './resolvers/mutation.ts';
import { queryResolvers } from './resolvers/query.ts';

export const crm: SubgraphDefinition<CrmLoaders> = {
  name: 'crm',
  resolvers: { Query: queryResolvers, ...entityResolvers },
  mutations: mutationResolvers,
  permissions,
  events,
  createLoaders: createCrmLoaders,
};
