/**
 * What is billed, when, and what is cancelled again. A plan is an invoice that has no number yet.
 */

import type { InvoiceLine } from './accounting-data.ts';
import { dayOf, dayWithin, FIRST_DAY, instantAfter, instantOn, TODAY } from './calendar.ts';
import type { CustomerTerms } from './customer-terms.ts';
import { SERVICES } from './deals.ts';
import { itemAt, seededRandom, shareOut, type Random } from './seeded-random.ts';
import type { Order, OrderLine } from './shop-data.ts';
import { SHOWCASE_ID } from './showcase.ts';

export interface InvoicePlan {
  readonly terms: CustomerTerms;
  /** Null for work that was never ordered in the shop. */
  readonly order: Order | null;
  readonly issuedAt: string;
  readonly lines: readonly InvoiceLine[];
  readonly cancellation: { readonly issuedAt: string; readonly reason: string } | null;
}

/** How an order is billed; what is credited is cancelled by a credit note, what is corrected is then billed anew. */
type Way = 'whole' | 'halves' | 'shipped' | 'credited' | 'corrected' | 'none';

const WAYS: Readonly<Record<Order['status'], Readonly<Partial<Record<Way, number>>>>> = {
  SHIPPED: { whole: 0.86, halves: 0.05, none: 0.05, corrected: 0.02, credited: 0.02 },
  PARTIALLY_SHIPPED: { shipped: 0.6, none: 0.4 },
  CANCELLED: { none: 0.88, credited: 0.12 },
  PLACED: { none: 0.92, whole: 0.08 },
};
/** One invoice without an order for so many with one. */
const ORDERS_PER_SERVICE = 50;
const REASONS = [
  'Goods returned',
  'Billed to the wrong company',
  'Wrong prices',
  'Billed twice',
  'Order cancelled after billing',
] as const;

export function planInvoices(
  orders: readonly Order[],
  known: readonly CustomerTerms[],
): readonly InvoicePlan[] {
  const random = seededRandom('invoices');
  const termsOf = new Map(known.map((terms) => [terms.account.customerId, terms]));
  const billable = orders.filter(({ customerId }) => termsOf.has(customerId));
  const forOrders = [...Map.groupBy(billable, ({ status }) => status)].flatMap(([status, group]) => {
    const ways = shareOut<string>(random, group.length, WAYS[status]);
    return group.flatMap((order, index) => {
      const terms = termsOf.get(order.customerId);
      if (terms === undefined) return [];
      const way = order.customerId === SHOWCASE_ID ? 'whole' : itemAt(ways, index);
      return plansForOrder(order, terms, { way, random });
    });
  });
  return [...forOrders, ...planServices(Math.ceil(billable.length / ORDERS_PER_SERVICE), known, random)];
}

/** In minor units; the tax is rounded once, on the whole. */
export function amountsOf({ lines, terms }: Pick<InvoicePlan, 'lines' | 'terms'>): {
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
} {
  const netMinor = lines.reduce((net, line) => net + line.netMinor, 0);
  const taxMinor = Math.round((netMinor * Math.round(Number(terms.taxRate) * 100)) / 100);
  return { netMinor, taxMinor, totalMinor: netMinor + taxMinor };
}

function plansForOrder(
  order: Order,
  terms: CustomerTerms,
  { way, random }: { readonly way: string; readonly random: Random },
): readonly InvoicePlan[] {
  const issuedAt = instantAfter(
    order.shipments.at(-1)?.shippedAt ?? order.placedAt,
    random.integer(0, 3),
    random,
  );
  const whole = order.lines.map((line) => invoiceLine(line, line.quantity, terms));
  const plan = { terms, order, issuedAt, lines: whole, cancellation: null };
  switch (way) {
    case 'whole':
      return [plan];
    case 'shipped':
      return [{ ...plan, lines: shippedLines(order, terms) }];
    case 'halves':
      return halvesOf(order, plan, random);
    case 'credited':
      return [{ ...plan, cancellation: planCancellation(issuedAt, random) }];
    case 'corrected': {
      const cancellation = planCancellation(issuedAt, random);
      return [
        { ...plan, cancellation },
        { ...plan, issuedAt: instantAfter(cancellation.issuedAt, 1, random) },
      ];
    }
    default:
      return [];
  }
}

function planCancellation(issuedAt: string, random: Random): NonNullable<InvoicePlan['cancellation']> {
  return { issuedAt: instantAfter(issuedAt, random.integer(10, 40), random), reason: random.pick(REASONS) };
}

function shippedLines({ lines }: Order, terms: CustomerTerms): readonly InvoiceLine[] {
  return lines
    .filter(({ shippedQuantity }) => shippedQuantity > 0)
    .map((line) => invoiceLine(line, line.shippedQuantity, terms));
}

/** Two invoices that together bill the order; one where there is only a single piece. */
function halvesOf(order: Order, plan: InvoicePlan, random: Random): readonly InvoicePlan[] {
  const [only, ...others] = order.lines;
  if (only === undefined) return [];
  const issuedAt = instantAfter(plan.issuedAt, random.integer(14, 30), random);
  if (others.length > 0) {
    return [
      { ...plan, lines: plan.lines.slice(0, 1) },
      { ...plan, issuedAt, lines: plan.lines.slice(1) },
    ];
  }
  const half = Math.floor(only.quantity / 2);
  if (half === 0) return [plan];
  return [
    { ...plan, lines: [invoiceLine(only, half, plan.terms)] },
    { ...plan, issuedAt, lines: [invoiceLine(only, only.quantity - half, plan.terms)] },
  ];
}

function planServices(
  count: number,
  known: readonly CustomerTerms[],
  random: Random,
): readonly InvoicePlan[] {
  const clients = known.filter(({ account }) => account.customerId !== SHOWCASE_ID);
  return Array.from({ length: count }, () => {
    const terms = random.pick(clients);
    const lines = random.shuffle(SERVICES).slice(0, random.integer(1, 2));
    return {
      terms,
      order: null,
      issuedAt: instantOn(dayWithin(FIRST_DAY, dayOf(TODAY), random), random),
      lines: lines.map(({ description, unitPriceMinor }) => {
        const quantity = random.integer(1, 30);
        return invoiceLine({ name: description, unitPriceMinor, variantId: null }, quantity, terms);
      }),
      cancellation: null,
    };
  });
}

function invoiceLine(
  {
    name,
    unitPriceMinor,
    variantId,
  }: Pick<OrderLine, 'name' | 'unitPriceMinor'> & Pick<InvoiceLine, 'variantId'>,
  quantity: number,
  { taxRate }: CustomerTerms,
): InvoiceLine {
  return {
    description: name,
    quantity,
    unitPriceMinor,
    taxRate,
    netMinor: quantity * unitPriceMinor,
    variantId,
  };
}
