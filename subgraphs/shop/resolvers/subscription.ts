/**
 * What of the shop can be watched: which changes a subscription is about, and what is then shown.
 */

import { z } from 'zod';

import { idOf, optional, parseArguments } from '../../kit/arguments.ts';
import { mayHearOf } from '../../kit/rules.ts';
import type { Watches } from '../../kit/streams/watch.ts';
import type { ShopLoaders } from '../loaders.ts';
import { visibleTo } from './visible-to.ts';

const MOST_VARIANTS = 100;

const orderArguments = z.object({ id: optional(idOf('Order')), customerId: optional(idOf('Customer')) });

const stockArguments = z.object({
  variantIds: optional(
    z
      .array(idOf('ProductVariant'))
      .min(1, 'At least one; leave it out to hear of all.')
      .max(MOST_VARIANTS, `At most ${MOST_VARIANTS}.`),
  ),
});

export const subscriptions: Watches<ShopLoaders> = {
  orderChanged: {
    entity: 'Order',
    select: (given, principal) => {
      const { id, customerId } = parseArguments(orderArguments, given);
      return (change) =>
        (id === undefined || change.id === id) &&
        (customerId === undefined || change.ownerId === customerId) &&
        mayHearOf(principal, 'orders:read', change.ownerId);
    },
    find: async (id, _given, { loaders, principal }) => visibleTo(principal, await loaders.order.load(id)),
  },
  stockChanged: {
    entity: 'ProductVariant',
    select: (given) => {
      const { variantIds } = parseArguments(stockArguments, given);
      const wanted = variantIds && new Set(variantIds);
      return (change) => wanted === undefined || wanted.has(change.id);
    },
    find: (id, _given, { loaders }) => loaders.variant.load(id),
  },
};
