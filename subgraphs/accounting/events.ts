/**
 * What accounting does with the news of others: it keeps its copy of customers, bills orders and records what the bank
 * reports. The connector does it.
 */

import type { ForeignWebhook, SystemEvents } from '../kit/events/system-events.ts';
import { adoptBankReport, bankReport } from './connector/adopt-bank-report.ts';
import { adoptCustomer } from './connector/adopt-customer.ts';
import { adoptCancelledOrder, adoptPlacedOrder } from './connector/adopt-order.ts';
import { customerCopies, orderCopies } from './connector/copies.ts';
import { readInvoiceStates } from './connector/invoice-states.ts';

const bank: ForeignWebhook = {
  adopt: async (transaction, report) => adoptBankReport(transaction, bankReport.parse(report)),
};

export const events: SystemEvents = {
  adopts: {
    'customer.changed': (transaction, { entity, data }) => adoptCustomer(transaction, entity.id, data),
    'order.placed': (transaction, { entity, data }) => adoptPlacedOrder(transaction, entity.id, data),
    'order.cancelled': (transaction, { entity, data }) => adoptCancelledOrder(transaction, entity.id, data),
  },
  webhooks: { bank },
  states: { Invoice: readInvoiceStates },
  copies: [customerCopies, orderCopies],
};
