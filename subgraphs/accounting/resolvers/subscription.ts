/**
 * What of accounting can be watched: which changes a subscription is about, and what is then shown.
 */

import { z } from 'zod';

import { idOf, optional, parseArguments } from '../../kit/arguments.ts';
import { isVisible, mayHearOf } from '../../kit/rules.ts';
import type { Watches } from '../../kit/streams/watch.ts';
import type { AccountingLoaders } from '../loaders.ts';

const invoiceArguments = z.object({ id: optional(idOf('Invoice')), customerId: optional(idOf('Customer')) });

export const subscriptions: Watches<AccountingLoaders> = {
  invoiceChanged: {
    entity: 'Invoice',
    select: (given, principal) => {
      const { id, customerId } = parseArguments(invoiceArguments, given);
      return (change) =>
        (id === undefined || change.id === id) &&
        (customerId === undefined || change.ownerId === customerId) &&
        mayHearOf(principal, 'invoices:read', change.ownerId);
    },
    find: async (id, _given, { loaders, principal }) => {
      const invoice = await loaders.invoice.load(id);
      return isVisible(principal, 'invoices:read', invoice) ? invoice : null;
    },
  },
};
