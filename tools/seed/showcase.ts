/**
 * The company's first customer, C-10001, written by hand: the one that documents show and readiness asks for.
 * Everything about it is regular: known to all systems, orders shipped and paid, one invoice still open, one deal.
 */

import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import type { Contact, Customer, Employee } from './crm-data.ts';
import { itemAt } from './seeded-random.ts';

export const SHOWCASE_NUMBER = 'C-10001';
export const SHOWCASE_ID = customerIdOf(SHOWCASE_NUMBER);

/** The invoice for the last of these is open, the others are paid. */
export const SHOWCASE_ORDERS = [
  '2024-03-12T09:14:00.000Z',
  '2025-02-04T13:02:00.000Z',
  '2025-10-20T08:47:00.000Z',
  '2026-06-16T10:25:00.000Z',
  '2026-11-05T14:31:00.000Z',
] as const;

export const SHOWCASE_CREDIT_LIMIT_MINOR = 25_000_00;

export const SHOWCASE_DEAL = {
  title: 'Meeting rooms on the second floor',
  createdAt: '2026-10-08T09:00:00.000Z',
  expectedCloseOn: '2026-12-11',
} as const;

/** `employees` begins with the head of sales, who looks after this one. */
export function showcaseCustomer(employees: readonly Employee[]): Customer {
  return {
    id: SHOWCASE_ID,
    number: SHOWCASE_NUMBER,
    kind: 'COMPANY',
    name: 'Blumenthal & Söhne GmbH',
    email: 'einkauf@blumenthal.example',
    phone: '+49 30 23125 101',
    address: { street: 'Mühlenstraße 12', postalCode: '23552', city: 'Lübeck', country: 'DE' },
    country: 'DE',
    lifecycleStage: 'ACTIVE',
    accountManagerId: itemAt(employees, 0).id,
    marketingConsent: true,
    internalNotes: 'Plans in autumn, orders in spring. Always ask for Frau Blumenthal first.',
    version: 3,
    createdAt: '2019-01-14T08:30:00.000Z',
    updatedAt: '2026-10-08T09:05:00.000Z',
    currency: 'EUR',
  };
}

export const SHOWCASE_CONTACTS: readonly Omit<Contact, 'id' | 'customerId'>[] = [
  {
    name: 'Friederike Blumenthal',
    email: 'f.blumenthal@blumenthal.example',
    phone: '+49 30 23125 102',
    jobTitle: 'Managing Director',
    isPrimary: true,
    createdAt: '2019-01-14T08:30:00.000Z',
  },
  {
    name: 'Jannik Weißenfels',
    email: 'j.weissenfels@blumenthal.example',
    phone: null,
    jobTitle: 'Purchasing',
    isPrimary: false,
    createdAt: '2022-05-02T11:15:00.000Z',
  },
];
