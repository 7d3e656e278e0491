/**
 * What accounting keeps of others, and what each copy must hold.
 */

import { copyTable } from '../../kit/events/copy-table.ts';
import type { Copy } from '../../kit/events/system-events.ts';

const NO_ADDRESS = { street: null, postalCode: null, city: null, country: null };

export const customerCopies: Copy = {
  entity: 'Customer',
  expected: (state) => {
    if (state.type !== 'customer.changed') return undefined;
    const { number, name, billingAddress } = state.data;
    const { street, postalCode, city, country } = billingAddress ?? NO_ADDRESS;
    return { number, name, street, postalCode, city, country };
  },
  ...copyTable({
    table: 'customer_account',
    key: 'customer_id',
    fields: {
      number: 'customer_number',
      name: 'name',
      street: 'street',
      postalCode: 'postal_code',
      city: 'city',
      country: 'country',
    },
  }),
};

export const orderCopies: Copy = {
  entity: 'Order',
  expected: (state) => {
    if (state.type !== 'order.placed' && state.type !== 'order.cancelled') return undefined;
    const { number, status } = state.data;
    return { number, isCancelled: String(status === 'CANCELLED') };
  },
  ...copyTable({
    table: 'order_copy',
    key: 'order_id',
    fields: { number: 'order_number', isCancelled: 'is_cancelled' },
  }),
};
