/**
 * Accounting's subgraph, put together. `schema/accounting.graphql` is its SDL.
 */

import type { SubgraphDefinition } from '../kit/subgraph.ts';
import { events } from './events.ts';
import { createAccountingLoaders, type AccountingLoaders } from './loaders.ts';
import { permissions } from './permissions.ts';
import { entityResolvers } from './resolvers/entities.ts';
import { foreignEntityResolvers } from './resolvers/foreign-entities.ts';
import { mutationResolvers } from './resolvers/mutation.ts';
import { queryResolvers } from './resolvers/query.ts';
import { subscriptions } from './resolvers/subscription.ts';

export const accounting: SubgraphDefinition<AccountingLoaders> = {
  name: 'accounting',
  resolvers: { Query: queryResolvers, ...entityResolvers, ...foreignEntityResolvers },
  mutations: mutationResolvers,
  subscriptions,
  permissions,
  events,
  createLoaders: createAccountingLoaders,
};
