/**
 * What the CRM does with the news of others: nothing. Others adopt its customers, and compare.
 */

import type { SystemEvents } from '../kit/events/system-events.ts';
import { readCustomerStates } from './connector/customer-states.ts';

export const events: SystemEvents = { adopts: {}, states: { Customer: readCustomerStates } };
