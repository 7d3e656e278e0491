/**
 * How the CRM tells others of a customer: what they print on invoices and parcels, and nothing that is only ours.
 */

import type { EventData } from '../../../schema/contract/events.ts';
import type { Transaction } from '../../kit/database.ts';
import { publishEvents, type NewEvent } from '../../kit/events/publish-event.ts';
import type { CustomerRow } from './customers.ts';

export function customerChanged(row: CustomerRow): NewEvent {
  const { id, version, number, kind, name } = row;
  const data = { number, kind, name, billingAddress: addressOf(row) };
  return { type: 'customer.changed', id, version, data };
}

export function publishCustomer(transaction: Transaction, row: CustomerRow): Promise<void> {
  return publishEvents(transaction, [customerChanged(row)]);
}

function addressOf({
  street,
  postalCode,
  city,
  country,
}: CustomerRow): EventData<'customer.changed'>['billingAddress'] {
  if (street === null || postalCode === null || city === null || country === null) return null;
  return { street, postalCode, city, country };
}
