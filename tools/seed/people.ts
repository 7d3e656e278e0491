/**
 * Customers and the people we talk to at them, in the order in which the CRM came to know them. Knows what a
 * customer is, not what it buys.
 */

import { customerIdOf, globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { addDays, dayWithin, instantAfter, instantOn, TODAY } from './calendar.ts';
import type { Contact, Customer, Employee } from './crm-data.ts';
import { sellersAmong } from './employees.ts';
import type { Address, Currency } from './plain-values.ts';
import { REGIONS, REGION_SHARES, type Region } from './regions.ts';
import { itemAt, seededRandom, shareOut, type Random } from './seeded-random.ts';
import { SHOWCASE_CONTACTS, SHOWCASE_ID, showcaseCustomer } from './showcase.ts';

const FIRST_NUMBER = 10_001;
const FIRST_DAY = '2019-01-15';
/** Customers that came later have had no time to fall silent or to leave. */
const SETTLED_BEFORE = '2025-01-01';
const NOTES = [
  'Deliveries only before noon; the yard is closed in the afternoon.',
  'Asks for a discount every time. Three per cent is the limit.',
  'Invoices must name the cost centre, otherwise they come back.',
  'Prefers e-mail; the switchboard never puts you through.\nSecond site since last year.',
  'Was “not amused” about the late delivery in spring.',
  'Former colleague of ours works in purchasing.',
] as const;
const JOB_TITLES = [
  'Purchasing',
  'Managing Director',
  'Office Management',
  'Facility Management',
  'Accounting',
  null,
];

/** What is dealt out in exact shares, so that a small company has every case too. */
interface Traits {
  readonly kind: Customer['kind'];
  readonly country: Customer['country'];
  readonly region: Region;
  readonly stage: Customer['lifecycleStage'];
  readonly hasEmail: boolean;
  readonly hasAddress: boolean;
  readonly createdOn: string;
}

export function makeCustomers(count: number, employees: readonly Employee[]): readonly Customer[] {
  const random = seededRandom('customers');
  const sellers = sellersAmong(employees);
  const takenEmails = new Set<string>();
  const others = dealTraits(random, count - 1).map((traits, index) => {
    const customer = makeCustomer(random, `C-${FIRST_NUMBER + 1 + index}`, traits);
    const manager = random.chance(0.85) ? random.pick(sellers).id : null;
    return { ...customer, accountManagerId: manager, email: freeEmail(customer, takenEmails) };
  });
  return [showcaseCustomer(employees), ...others];
}

export function makeContacts(customers: readonly Customer[]): readonly Contact[] {
  const random = seededRandom('contacts');
  return customers
    .filter(({ kind }) => kind === 'COMPANY')
    .flatMap((customer) => contactsOf(customer, random));
}

/** Also where a parcel goes when it does not go to the billing address. */
export function makeAddress(random: Random, { country, streets, towns }: Region): Address {
  const [postalCode, city] = random.pick(towns);
  return {
    street: random.pick(streets).replace('{n}', String(random.integer(1, 148))),
    postalCode,
    city,
    country,
  };
}

export function regionOf({ country }: Customer): Region {
  const region = Object.values(REGIONS).find((candidate) => candidate.country === country);
  if (region === undefined) throw new Error(`No region is in ${country}.`);
  return region;
}

function dealTraits(random: Random, count: number): readonly Traits[] {
  const days = Array.from({ length: count }, () => dayWithin(FIRST_DAY, addDays(TODAY, -5), random)).sort();
  const settled = days.filter((day) => day < SETTLED_BEFORE).length;
  const kinds = shareOut(random, count, { COMPANY: 0.6, PERSON: 0.4 });
  const countries = shareOut(random, count, REGION_SHARES);
  const stages = [
    ...shareOut(random, settled, { ACTIVE: 0.7, DORMANT: 0.16, FORMER: 0.09, LEAD: 0.05 }),
    ...shareOut(random, count - settled, { ACTIVE: 0.72, LEAD: 0.28 }),
  ];
  const emails = shareOut(random, count, { known: 0.92, unknown: 0.08 });
  const addresses = shareOut(random, count, { known: 0.95, unknown: 0.05 });
  return days.map((createdOn, index) => ({
    createdOn,
    kind: itemAt(kinds, index),
    country: itemAt(countries, index),
    region: REGIONS[itemAt(countries, index)],
    stage: itemAt(stages, index),
    hasEmail: itemAt(emails, index) === 'known',
    hasAddress: itemAt(addresses, index) === 'known',
  }));
}

function makeCustomer(random: Random, number: string, traits: Traits): Customer {
  const { kind, country, region } = traits;
  const address = makeAddress(random, region);
  const name = kind === 'COMPANY' ? firmName(random, region, address.city) : personName(random, region);
  const createdAt = instantOn(traits.createdOn, random);
  const changes = random.pick([0, 0, 0, 1, 1, 2, 5]);
  const notes = random.chance(0.2) ? random.pick(NOTES) : null;
  return {
    id: customerIdOf(number),
    number,
    kind,
    name,
    email: traits.hasEmail ? emailOf(kind, name) : null,
    phone: random.chance(0.85) ? phoneNumber(random, region) : null,
    address: traits.hasAddress ? address : null,
    country,
    lifecycleStage: traits.stage,
    accountManagerId: null,
    marketingConsent: random.chance(0.45),
    internalNotes: notes,
    version: 1 + changes,
    createdAt,
    updatedAt: changes === 0 ? createdAt : instantAfter(createdAt, random.integer(3, 900), random),
    currency: currencyIn(country, random),
  };
}

function currencyIn(country: string, random: Random): Currency {
  return country === 'CH' && random.chance(0.45) ? 'CHF' : 'EUR';
}

function contactsOf(customer: Customer, random: Random): readonly Contact[] {
  if (customer.id === SHOWCASE_ID)
    return SHOWCASE_CONTACTS.map((contact, index) => ({ ...contact, ...contactKeys(customer, index) }));
  const count = random.pick([0, 1, 1, 1, 1, 2, 2, 2, 3, 3]);
  return Array.from({ length: count }, (_, index) => {
    const region = regionOf(customer);
    const name = personName(random, region);
    const domain = customer.email?.split('@')[1] ?? 'post.example';
    return {
      ...contactKeys(customer, index),
      name,
      email: random.chance(0.92) ? `${toAscii(name).replaceAll(/[^a-z]+/g, '.')}@${domain}` : null,
      phone: random.chance(0.7) ? phoneNumber(random, region) : null,
      jobTitle: random.pick(JOB_TITLES),
      isPrimary: index === 0,
      createdAt: instantAfter(customer.createdAt, index * random.integer(0, 400), random),
    };
  });
}

function contactKeys({ id, number }: Customer, index: number): Pick<Contact, 'id' | 'customerId'> {
  return { id: globalIdOf('Contact', `${number}/${index + 1}`), customerId: id };
}

function personName(random: Random, { givenNames, familyNames }: Region): string {
  return `${random.pick(givenNames)} ${random.pick(familyNames)}`;
}

function firmName(random: Random, { firms, trades, familyNames }: Region, town: string): string {
  return random
    .pick(firms)
    .replace('{family}', random.pick(familyNames))
    .replace('{trade}', random.pick(trades))
    .replace('{town}', town);
}

function emailOf(kind: Customer['kind'], name: string): string {
  const words = toAscii(name).match(/[a-z]+/g) ?? [];
  return kind === 'COMPANY' ? `office@${words.join('-')}.example` : `${words.join('.')}@post.example`;
}

/** An e-mail address belongs to one customer only; who comes second has the number in it. */
function freeEmail({ email, number }: Customer, taken: Set<string>): string | null {
  if (email === null) return null;
  const free = taken.has(email) ? email.replace('@', `.${number.slice(2)}@`) : email;
  taken.add(free);
  return free;
}

function phoneNumber(random: Random, { phone }: Region): string {
  return phone.replaceAll('#', () => String(random.integer(0, 9)));
}

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ł: 'l',
  œ: 'oe',
  ı: 'i',
};

function toAscii(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[ßäöüłœı]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '');
}
