/**
 * What customers have paid for their invoices, and when: most in time, some in two parts, some only a part, some
 * nothing yet. Never more than an invoice's total, never after today.
 */

import type { Payment } from './accounting-data.ts';
import { addDays, dayOf, daysBetween, instantAfter, TODAY } from './calendar.ts';
import { amountsOf, type InvoicePlan } from './invoice-plans.ts';
import { itemAt, seededRandom, shareOut, type Random } from './seeded-random.ts';
import { SHOWCASE_ID, SHOWCASE_ORDERS } from './showcase.ts';

export interface PaymentPlan {
  readonly receivedAt: string;
  readonly amountMinor: number;
  readonly method: Payment['method'];
  readonly isReferenced: boolean;
}

type Outcome = 'paid' | 'twice' | 'partly' | 'nothing';
type Group = keyof typeof OUTCOMES;

const OUTCOMES = {
  cancelled: { nothing: 0.6, partly: 0.4 },
  slow: { paid: 0.4, twice: 0.05, partly: 0.28, nothing: 0.27 },
  settled: { paid: 0.94, twice: 0.03, partly: 0.02, nothing: 0.01 },
  recent: { paid: 0.25, partly: 0.08, nothing: 0.67 },
} as const;
const RECENT_DAYS = 45;
const METHODS = [
  ...Array<Payment['method']>(16).fill('BANK_TRANSFER'),
  'CARD',
  'CARD',
  'CARD',
  'DIRECT_DEBIT',
  'DIRECT_DEBIT',
  'CASH',
] as const;

/** For each plan what came in, oldest first. */
export function planPayments(
  plans: readonly InvoicePlan[],
): ReadonlyMap<InvoicePlan, readonly PaymentPlan[]> {
  const random = seededRandom('payments');
  const groups = Map.groupBy(plans, groupOf);
  return new Map(
    [...groups].flatMap(([group, members]) => {
      const outcomes = shareOut<string>(random, members.length, OUTCOMES[group]);
      return members.map((plan, index) => {
        // The labels are the keys of OUTCOMES[group], all of which are outcomes.
        const outcome = showcaseOutcome(plan) ?? (itemAt(outcomes, index) as Outcome);
        return [plan, paymentsFor(plan, outcome, random)] as const;
      });
    }),
  );
}

function groupOf({ cancellation, terms, issuedAt }: InvoicePlan): Group {
  if (cancellation !== null) return 'cancelled';
  if (terms.isSlowPayer) return 'slow';
  return dayOf(issuedAt) < addDays(TODAY, -RECENT_DAYS) ? 'settled' : 'recent';
}

function showcaseOutcome({ order, terms }: InvoicePlan): Outcome | undefined {
  if (terms.account.customerId !== SHOWCASE_ID) return undefined;
  return order?.placedAt === SHOWCASE_ORDERS.at(-1) ? 'nothing' : 'paid';
}

function paymentsFor(plan: InvoicePlan, outcome: Outcome, random: Random): readonly PaymentPlan[] {
  const { totalMinor } = amountsOf(plan);
  const part = Math.max(1, Math.floor((totalMinor * random.integer(30, 70)) / 100));
  switch (outcome) {
    case 'paid':
      return [makePayment(plan, totalMinor, { afterDays: 1, random })];
    case 'twice': {
      const first = makePayment(plan, part, { afterDays: 1, random });
      const receivedAt = instantAfter(first.receivedAt, random.integer(5, 30), random);
      return [first, { ...first, receivedAt, amountMinor: totalMinor - part }];
    }
    case 'partly':
      return [makePayment(plan, part, { afterDays: 3, random })];
    case 'nothing':
      return [];
  }
}

function makePayment(
  { terms, issuedAt, cancellation }: InvoicePlan,
  amountMinor: number,
  { afterDays, random }: { readonly afterDays: number; readonly random: Random },
): PaymentPlan {
  const { paymentTermDays } = terms.account;
  const latest = terms.isSlowPayer ? paymentTermDays + 50 : paymentTermDays + 4;
  // Nobody pays what has been cancelled already.
  const end = cancellation === null ? TODAY : dayOf(cancellation.issuedAt);
  const days = Math.min(
    random.integer(afterDays, latest),
    Math.max(0, daysBetween(dayOf(issuedAt), end) - 1),
  );
  return {
    receivedAt: instantAfter(issuedAt, days, random),
    amountMinor,
    method: random.pick(METHODS),
    isReferenced: random.chance(0.88),
  };
}
