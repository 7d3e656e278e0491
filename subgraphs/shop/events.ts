/**
 * What the shop does with the news of others: it keeps its copy of customers and marks orders billed and paid. The
 * connector does it.
 */

import type { SystemEvents } from '../kit/events/system-events.ts';
import { adoptCustomer } from './connector/adopt-customer.ts';
import { adoptInvoice } from './connector/adopt-invoice.ts';
import { customerCopies, invoiceCopies } from './connector/copies.ts';
import { readOrderStates } from './connector/order-states.ts';

export const events: SystemEvents = {
  adopts: {
    'customer.changed': (transaction, { entity, data }) => adoptCustomer(transaction, entity.id, data),
    'invoice.issued': (transaction, { entity, data }) => adoptInvoice(transaction, entity.id, data),
    'invoice.paid': (transaction, { entity, data }) => adoptInvoice(transaction, entity.id, data),
    'invoice.cancelled': (transaction, { entity, data }) => adoptInvoice(transaction, entity.id, data),
  },
  states: { Order: readOrderStates },
  copies: [customerCopies, invoiceCopies],
};
