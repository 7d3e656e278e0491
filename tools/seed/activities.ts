/**
 * What was said and done with customers, some of it about a deal.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { dayOf, dayWithin, FIRST_DAY, instantAfter, instantOn, TODAY } from './calendar.ts';
import type { Activity, Customer, Deal, Employee } from './crm-data.ts';
import { seededRandom, type Random } from './seeded-random.ts';

const KINDS = ['CALL', 'CALL', 'CALL', 'EMAIL', 'EMAIL', 'EMAIL', 'MEETING', 'NOTE', 'TASK'] as const;

const SUBJECTS: Readonly<Record<Activity['kind'], readonly string[]>> = {
  CALL: [
    'Asked about delivery dates',
    'Called back about the offer',
    'Nobody answered',
    'Complaint about a scratched top',
  ],
  EMAIL: [
    'Sent the offer',
    'Confirmed the appointment',
    'Sent fabric samples',
    'Re: Liefertermin für die Stühle',
  ],
  MEETING: ['Site visit with measuring', 'Showroom tour', 'Annual review', 'Planning workshop'],
  NOTE: ['Decision moved to next quarter', 'New contact in purchasing', 'Compares us with two others'],
  TASK: [
    'Prepare an offer',
    'Call again in two weeks',
    'Check the price list',
    'Ask finance about the credit limit',
  ],
};
const BODIES = [
  'Went well. They want to see the oak in daylight before they decide.',
  'Budget is there until the end of the year.',
  'Wants a written confirmation.\nCopy to the managing director.',
  'Überlegt noch; Rückruf nach den Ferien.',
  'Access only through the courtyard, lift is 90 cm wide.',
] as const;

export function makeActivities(
  count: number,
  company: {
    readonly customers: readonly Customer[];
    readonly employees: readonly Employee[];
    readonly deals: readonly Deal[];
  },
): readonly Activity[] {
  const random = seededRandom('activities');
  const dealsOf = Map.groupBy(company.deals, ({ customerId }) => customerId);
  return Array.from({ length: count }, (_, index) => {
    // The first ones go round, so that every customer has some.
    const customer = company.customers[index] ?? random.pick(company.customers);
    const deals = dealsOf.get(customer.id) ?? [];
    const deal = deals.length > 0 && random.chance(0.4) ? random.pick(deals) : undefined;
    const kind = random.pick(KINDS);
    const occurredAt = momentOf(customer, deal, random);
    return {
      id: globalIdOf('Activity', `activity/${index + 1}`),
      customerId: customer.id,
      dealId: deal?.id ?? null,
      kind,
      subject: random.pick(SUBJECTS[kind]),
      body: random.chance(0.6) ? random.pick(BODIES) : null,
      authorId: authorOf(customer, company.employees, random),
      occurredAt,
      createdAt: instantAfter(occurredAt, 0, random),
    };
  });
}

function momentOf(customer: Customer, deal: Deal | undefined, random: Random): string {
  const met = dayOf(customer.createdAt);
  const from = deal === undefined ? (met > FIRST_DAY ? met : FIRST_DAY) : dayOf(deal.createdAt);
  return instantOn(dayWithin(from, TODAY, random), random);
}

/** Some were taken over from an older system that knew no authors. */
function authorOf(
  { accountManagerId }: Customer,
  employees: readonly Employee[],
  random: Random,
): string | null {
  if (random.chance(0.03)) return null;
  return accountManagerId !== null && random.chance(0.6) ? accountManagerId : random.pick(employees).id;
}
