/**
 * The shop's subgraph, put together. `schema/shop.graphql` is its SDL.
 */

import type { SubgraphDefinition } from '../kit/subgraph.ts';
import { events } from './events.ts';
import { createShopLoaders, type ShopLoaders } from './loaders.ts';
import { permissions } from './permissions.ts';
import { entityResolvers } from './resolvers/entities.ts';
import { mutationResolvers } from './resolvers/mutation.ts';
import { queryResolvers } from './resolvers/query.ts';
import { subscriptions } from './resolvers/subscription.ts';

export const shop: SubgraphDefinition<ShopLoaders> = {
  name: 'shop',
  resolvers: { Query: queryResolvers, ...entityResolvers },
  mutations: mutationResolvers,
  subscriptions,
  permissions,
  events,
  createLoaders: createShopLoaders,
};
