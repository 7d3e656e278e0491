/**
 * Sales in the making, with what they are about. Most lines are articles of the shop at a price of their own, some
 * are services.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { addDays, dayOf, dayWithin, FIRST_DAY, instantAfter, instantOn, TODAY } from './calendar.ts';
import { priceOn } from './catalogue.ts';
import type { Customer, Deal, DealLine, Employee } from './crm-data.ts';
import { sellersAmong } from './employees.ts';
import { compareText } from './number-by-year.ts';
import { itemAt, seededRandom, shareOut, type Random } from './seeded-random.ts';
import type { Variant } from './shop-data.ts';
import { SHOWCASE_DEAL, SHOWCASE_ID } from './showcase.ts';

/** Services that are no articles: what they are called and what an hour or a piece costs, in minor units. */
export const SERVICES = [
  { description: 'Interior planning, hours', unitPriceMinor: 95_00 },
  { description: 'Assembly on site, hours', unitPriceMinor: 68_00 },
  { description: 'Removal of old furniture, flat rate', unitPriceMinor: 240_00 },
  { description: 'Delivery to the place of use', unitPriceMinor: 89_00 },
] as const;

const TITLES = [
  'New office in {town}',
  'Replacement of {count} chairs',
  'Reception area',
  'Framework agreement {year}',
  'Quiet rooms and acoustics',
  'Canteen refurbishment',
  '{count} height-adjustable workplaces',
  'Home office furniture',
  'Meeting room “Weitblick”',
] as const;
/** A deal that is older than this has been decided. */
const OPEN_DAYS = 150;
const OPEN_SHARES = {
  QUALIFICATION: 0.34,
  PROPOSAL: 0.28,
  NEGOTIATION: 0.18,
  WON: 0.12,
  LOST: 0.08,
} as const;
const DECIDED_SHARES = { WON: 0.62, LOST: 0.35, PROPOSAL: 0.03 } as const;

export function makeDeals(
  count: number,
  company: {
    readonly customers: readonly Customer[];
    readonly employees: readonly Employee[];
    readonly variants: readonly Variant[];
  },
): readonly Deal[] {
  const random = seededRandom('deals');
  const sellers = sellersAmong(company.employees);
  const partners = company.customers.filter(({ id }) => id !== SHOWCASE_ID);
  const starts = Array.from({ length: count - 1 }, () => startOfDeal(random, partners)).toSorted(
    (left, right) => compareText(left.day, right.day),
  );
  const openFrom = addDays(TODAY, -OPEN_DAYS);
  const older = starts.filter(({ day }) => day < openFrom).length;
  const stages: readonly Deal['stage'][] = [
    ...shareOut(random, older, DECIDED_SHARES),
    ...shareOut(random, starts.length - older, OPEN_SHARES),
  ];
  const others = starts.map(({ customer, day }, index): Deal => {
    const createdAt = instantOn(day, random);
    const owner = random.chance(0.94) ? (customer.accountManagerId ?? random.pick(sellers).id) : null;
    const lines = makeLines(company.variants, customer, { createdAt, random });
    return makeDeal(
      `deal/${index + 2}`,
      { customer, createdAt, stage: itemAt(stages, index), owner, lines },
      random,
    );
  });
  return [...showcaseDeals(company.customers, company.variants), ...others];
}

function startOfDeal(
  random: Random,
  customers: readonly Customer[],
): { readonly customer: Customer; readonly day: string } {
  const customer = random.pick(customers);
  const met = dayOf(customer.createdAt);
  return { customer, day: dayWithin(met > FIRST_DAY ? met : FIRST_DAY, TODAY, random) };
}

function makeDeal(
  key: string,
  start: {
    readonly customer: Customer;
    readonly createdAt: string;
    readonly stage: Deal['stage'];
    readonly owner: string | null;
    readonly lines: readonly DealLine[];
  },
  random: Random,
): Deal {
  const { customer, createdAt, stage, owner, lines } = start;
  const isClosed = stage === 'WON' || stage === 'LOST';
  const changedAt = instantAfter(createdAt, random.integer(1, OPEN_DAYS), random);
  const expected = addDays(dayOf(createdAt), random.integer(20, 200));
  return {
    id: globalIdOf('Deal', key),
    customerId: customer.id,
    title: fillTitle(random.pick(TITLES), customer, {
      year: createdAt.slice(0, 4),
      count: random.integer(4, 60),
    }),
    stage,
    currency: customer.currency,
    valueMinor: lines.reduce((value, { quantity, unitPriceMinor }) => value + quantity * unitPriceMinor, 0),
    expectedCloseOn: random.chance(0.88) ? expected : null,
    closedAt: isClosed ? changedAt : null,
    ownerId: owner,
    version: stage === 'QUALIFICATION' ? 1 : random.integer(2, 4),
    createdAt,
    updatedAt: stage === 'QUALIFICATION' ? createdAt : changedAt,
    lines,
  };
}

/** A deal may begin without a line: nobody knows yet what it will bring. */
function makeLines(
  variants: readonly Variant[],
  customer: Customer,
  { createdAt, random }: { readonly createdAt: string; readonly random: Random },
): readonly DealLine[] {
  const count = random.pick([0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5]);
  return Array.from({ length: count }, () => {
    if (random.chance(0.18)) {
      return { ...random.pick(SERVICES), quantity: random.integer(1, 24), variantId: null, variantSku: null };
    }
    const variant = random.pick(variants);
    const agreed = priceOn(variant, createdAt, customer.currency) * random.pick([1, 1, 0.97, 0.95, 0.9]);
    return articleLine(variant, random.integer(1, 40), Math.round(agreed));
  });
}

function articleLine(variant: Variant, quantity: number, unitPriceMinor: number): DealLine {
  return {
    description: variant.name,
    quantity,
    unitPriceMinor,
    variantId: variant.id,
    variantSku: variant.sku,
  };
}

function fillTitle(
  title: string,
  { address }: Customer,
  { year, count }: { readonly year: string; readonly count: number },
): string {
  return title
    .replace('{town}', address?.city ?? 'the old harbour')
    .replace('{year}', year)
    .replace('{count}', String(count));
}

function showcaseDeals(customers: readonly Customer[], variants: readonly Variant[]): readonly Deal[] {
  const articles = [0, 4, 8].map((index) => itemAt(variants, index));
  const lines = [
    ...articles.map((variant, index) => articleLine(variant, 4 + 2 * index, variant.priceMinor)),
    { ...SERVICES[0], quantity: 12, variantId: null, variantSku: null },
  ];
  return customers
    .filter(({ id }) => id === SHOWCASE_ID)
    .map((customer) => ({
      id: globalIdOf('Deal', 'deal/1'),
      customerId: customer.id,
      title: SHOWCASE_DEAL.title,
      stage: 'PROPOSAL',
      currency: customer.currency,
      valueMinor: lines.reduce((value, { quantity, unitPriceMinor }) => value + quantity * unitPriceMinor, 0),
      expectedCloseOn: SHOWCASE_DEAL.expectedCloseOn,
      closedAt: null,
      ownerId: customer.accountManagerId,
      version: 2,
      createdAt: SHOWCASE_DEAL.createdAt,
      updatedAt: customer.updatedAt,
      lines,
    }));
}
