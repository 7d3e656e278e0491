/**
 * What the shop keeps of others, and what each copy must hold.
 */

import { copyTable } from '../../kit/events/copy-table.ts';
import type { Copy } from '../../kit/events/system-events.ts';

export const customerCopies: Copy = {
  entity: 'Customer',
  expected: (state) => {
    if (state.type !== 'customer.changed') return undefined;
    const { number, name } = state.data;
    return { number, name };
  },
  ...copyTable({
    table: 'customer_copy',
    key: 'customer_id',
    fields: { number: 'customer_number', name: 'name' },
  }),
};

export const invoiceCopies: Copy = {
  entity: 'Invoice',
  expected: (state) => {
    if (!('orderId' in state.data) || state.data.orderId === null) return undefined;
    const { number, orderId, status } = state.data;
    return {
      number,
      orderId,
      isPaid: String(status === 'PAID'),
      isCancelled: String(status === 'CANCELLED'),
    };
  },
  ...copyTable({
    table: 'invoice_copy',
    key: 'invoice_id',
    fields: {
      number: 'invoice_number',
      orderId: 'order_id',
      isPaid: 'is_paid',
      isCancelled: 'is_cancelled',
    },
  }),
};
