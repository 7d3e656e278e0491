/**
 * Which customers accounting knows, on what terms, and who is slow to pay. Leads are mostly unknown to it, and so are
 * a few who have ordered all the same: nobody has told accounting.
 */

import type { CustomerAccount } from './accounting-data.ts';
import type { Customer } from './crm-data.ts';
import { itemAt, seededRandom, shareOut, type Random } from './seeded-random.ts';
import type { Order } from './shop-data.ts';
import { SHOWCASE_CREDIT_LIMIT_MINOR, SHOWCASE_ID } from './showcase.ts';

export interface CustomerTerms {
  readonly account: Omit<CustomerAccount, 'dunningLevel'>;
  readonly taxRate: string;
  readonly isSlowPayer: boolean;
}

/** Deliveries to these leave the European Union and carry no German tax. */
const UNTAXED_COUNTRIES: readonly string[] = ['CH', 'GB'];
const TAX_RATE = '0.19';

export function makeCustomerTerms(
  customers: readonly Customer[],
  orders: readonly Order[],
): readonly CustomerTerms[] {
  const random = seededRandom('customer terms');
  const known = knownCustomers(customers, orders, random);
  const limits = shareOut(random, known.length, { none: 0.6, some: 0.4 });
  const paces = shareOut(random, known.length, { prompt: 0.88, slow: 0.12 });
  return known.map((customer, index) => {
    const isShowcase = customer.id === SHOWCASE_ID;
    const limit = itemAt(limits, index) === 'some' ? creditLimit(customer, random) : null;
    return {
      account: {
        customerId: customer.id,
        customerNumber: customer.number,
        name: customer.name,
        address: customer.address,
        currency: customer.currency,
        creditLimitMinor: isShowcase ? SHOWCASE_CREDIT_LIMIT_MINOR : limit,
        paymentTermDays: isShowcase ? 30 : random.pick([7, 14, 14, 14, 14, 30, 30, 60]),
      },
      taxRate: UNTAXED_COUNTRIES.includes(customer.country) ? '0' : TAX_RATE,
      isSlowPayer: !isShowcase && itemAt(paces, index) === 'slow',
    };
  });
}

function knownCustomers(
  customers: readonly Customer[],
  orders: readonly Order[],
  random: Random,
): readonly Customer[] {
  const buyers = new Set(orders.map(({ customerId }) => customerId));
  const isLead = ({ lifecycleStage }: Customer): boolean => lifecycleStage === 'LEAD';
  const forgettable = customers.filter(({ id }) => id !== SHOWCASE_ID && buyers.has(id));
  const unknown = new Set([
    ...unknownAmong(forgettable, { known: 0.99, unknown: 0.01 }, random),
    ...unknownAmong(customers.filter(isLead), { known: 0.4, unknown: 0.6 }, random),
  ]);
  return customers.filter(({ id }) => !unknown.has(id));
}

function unknownAmong(
  customers: readonly Customer[],
  shares: Readonly<Record<'known' | 'unknown', number>>,
  random: Random,
): readonly string[] {
  const labels = shareOut(random, customers.length, shares);
  return customers.filter((_, index) => labels[index] === 'unknown').map(({ id }) => id);
}

function creditLimit({ kind }: Customer, random: Random): number {
  return kind === 'COMPANY' ? random.integer(2, 40) * 2_500_00 : random.integer(1, 10) * 500_00;
}
