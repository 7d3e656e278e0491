/**
 * What the CRM knows, as plain data. Amounts are whole minor units (cents, rappen), instants and days are text.
 */

import type { Address, Currency } from './plain-values.ts';

export interface CrmData {
  readonly employees: readonly Employee[];
  readonly customers: readonly Customer[];
  readonly contacts: readonly Contact[];
  readonly deals: readonly Deal[];
  readonly activities: readonly Activity[];
}

export interface Employee {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
}

export interface Customer {
  readonly id: string;
  readonly number: string;
  readonly kind: 'COMPANY' | 'PERSON';
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly address: Address | null;
  readonly country: string;
  readonly lifecycleStage: 'LEAD' | 'ACTIVE' | 'DORMANT' | 'FORMER';
  readonly accountManagerId: string | null;
  readonly marketingConsent: boolean;
  readonly internalNotes: string | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** In which the customer trades. The CRM has no field for it; accounting has. */
  readonly currency: Currency;
}

export interface Contact {
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly jobTitle: string | null;
  readonly isPrimary: boolean;
  readonly createdAt: string;
}

export interface Deal {
  readonly id: string;
  readonly customerId: string;
  readonly title: string;
  readonly stage: 'QUALIFICATION' | 'PROPOSAL' | 'NEGOTIATION' | 'WON' | 'LOST';
  readonly currency: Currency;
  readonly valueMinor: number;
  readonly expectedCloseOn: string | null;
  readonly closedAt: string | null;
  readonly ownerId: string | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lines: readonly DealLine[];
}

export interface DealLine {
  readonly description: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly variantId: string | null;
  readonly variantSku: string | null;
}

export interface Activity {
  readonly id: string;
  readonly customerId: string;
  readonly dealId: string | null;
  readonly kind: 'CALL' | 'EMAIL' | 'MEETING' | 'NOTE' | 'TASK';
  readonly subject: string;
  readonly body: string | null;
  readonly authorId: string | null;
  readonly occurredAt: string;
  readonly createdAt: string;
}
