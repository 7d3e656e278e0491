/**
 * Who orders when, and what becomes of the order: three years of growing trade. Knows no article and no price.
 */

import { addDays, daysBetween, dayOf, FIRST_DAY, instantOn, TODAY } from './calendar.ts';
import type { Customer } from './crm-data.ts';
import { compareText } from './number-by-year.ts';
import { itemAt, seededRandom, shareOut, type Random } from './seeded-random.ts';
import type { Order } from './shop-data.ts';
import { SHOWCASE_ID, SHOWCASE_ORDERS } from './showcase.ts';

export interface Placement {
  readonly customer: Customer;
  readonly placedAt: string;
  readonly status: Order['status'];
}

/** Until when those have ordered who order no more. */
const LAST_ORDER_BEFORE = { LEAD: FIRST_DAY, FORMER: '2025-03-01', DORMANT: '2025-09-01', ACTIVE: TODAY };
/** Orders older than this are closed, apart from those that wait for an article or a decision. */
const RECENT_DAYS = 120;
const RECENT_SHARES = { SHIPPED: 0.48, PLACED: 0.34, PARTIALLY_SHIPPED: 0.12, CANCELLED: 0.06 } as const;
const OLDER_SHARES = { SHIPPED: 0.86, CANCELLED: 0.06, PLACED: 0.04, PARTIALLY_SHIPPED: 0.04 } as const;

/** Oldest first. */
export function makePlacements(count: number, customers: readonly Customer[]): readonly Placement[] {
  const random = seededRandom('placements');
  const showcase = customers.filter(({ id }) => id === SHOWCASE_ID);
  const byHand = showcase.flatMap((customer) =>
    SHOWCASE_ORDERS.map((placedAt): Placement => ({ customer, placedAt, status: 'SHIPPED' })),
  );
  const pickBuyer = buyersOf(customers, random);
  const days = Array.from({ length: count - byHand.length }, () => growingDay(random)).sort();
  const recentFrom = addDays(TODAY, -RECENT_DAYS);
  const older = days.filter((day) => day < recentFrom).length;
  const statuses = [
    ...shareOut(random, older, OLDER_SHARES),
    ...shareOut(random, days.length - older, RECENT_SHARES),
  ];
  const others = days.map((day, index): Placement => {
    return { customer: pickBuyer(day), placedAt: instantOn(day, random), status: itemAt(statuses, index) };
  });
  return [...byHand, ...others].toSorted((left, right) => compareText(left.placedAt, right.placedAt));
}

/** Four times as many orders at the end of the three years as at their beginning. */
function growingDay(random: Random): string {
  const share = random.chance(0.4) ? random.next() : Math.sqrt(random.next());
  return addDays(FIRST_DAY, Math.floor(share * daysBetween(FIRST_DAY, TODAY)));
}

/** A few customers order every month, most now and then. The showcase orders what is written for it, nothing else. */
function buyersOf(customers: readonly Customer[], random: Random): (day: string) => Customer {
  const buyers = customers.filter(
    ({ id, lifecycleStage }) => id !== SHOWCASE_ID && lifecycleStage !== 'LEAD',
  );
  let total = 0;
  const ranks = buyers.map((customer) => {
    const appetite = (customer.kind === 'COMPANY' ? 2 : 1) / (0.06 + random.next());
    total += appetite;
    return { customer, upTo: total };
  });
  return (day) => {
    // Somebody buys on every day; the limit only ends the loop should the company be made without such a customer.
    for (let attempt = 0; attempt < 1_000; attempt++) {
      const customer = firstAbove(ranks, random.next() * total);
      if (isBuyingOn(customer, day)) return customer;
    }
    throw new Error(`No customer could order on ${day}.`);
  };
}

function isBuyingOn({ createdAt, lifecycleStage }: Customer, day: string): boolean {
  return dayOf(createdAt) < day && day < LAST_ORDER_BEFORE[lifecycleStage];
}

function firstAbove(
  ranks: readonly { readonly customer: Customer; readonly upTo: number }[],
  value: number,
): Customer {
  let low = 0;
  let high = ranks.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (itemAt(ranks, middle).upTo > value) high = middle;
    else low = middle + 1;
  }
  return itemAt(ranks, low).customer;
}
