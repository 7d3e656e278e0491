/**
 * What the CRM does with the news of others: nothing. Others adopt its customers.
 */

import type { SystemEvents } from '../kit/events/system-events.ts';

export const events: SystemEvents = { adopts: {} };
