/**
 * What holds for the reference company in either size, and what is in it.
 */

import { TODAY } from '../../../../tools/seed/calendar.ts';
import type { Company } from '../../../../tools/seed/company.ts';
import { makeCompany } from '../../../../tools/seed/make-company.ts';

const small = makeCompany('small');
const demo = makeCompany('demo');
const SIZES: readonly (readonly [string, Company])[] = [
  ['small', small],
  ['demo', demo],
];

test('making it twice gives the same company', () => {
  expect(makeCompany('small')).toEqual(small);
});

test('the demo has the promised sizes', () => {
  const { crm, shop } = demo;

  expect({
    customers: crm.customers.length,
    employees: crm.employees.length,
    deals: crm.deals.length,
    activities: crm.activities.length,
    products: shop.products.length,
    variants: shop.variants.length,
    orders: shop.orders.length,
    carts: shop.carts.length,
    years: Object.keys(shop.orderCounters),
  }).toEqual({
    customers: 2_000,
    employees: 25,
    deals: 3_000,
    activities: 12_000,
    products: 150,
    variants: 500,
    orders: 10_000,
    carts: 120,
    years: ['2023', '2024', '2025', '2026'],
  });
});

test.each(SIZES)('%s: no id, number or e-mail address is given twice', (_, { crm, shop, accounting }) => {
  const keys = [
    ...crm.employees.flatMap(({ id, login }) => [id, login]),
    ...crm.customers.flatMap(({ id, number, email }) => [
      id,
      number,
      ...(email === null ? [] : [email.toLowerCase()]),
    ]),
    ...[...crm.contacts, ...crm.deals, ...crm.activities].map(({ id }) => id),
    ...shop.products.flatMap(({ id, slug }) => [id, slug]),
    ...shop.variants.flatMap(({ id, sku }) => [id, sku]),
    ...shop.stock.flatMap(({ movements }) => movements.map(({ id }) => id)),
    ...shop.carts.map(({ id }) => id),
    ...shop.orders.flatMap(({ id, number, shipments }) => [id, number, ...shipments.map((one) => one.id)]),
    ...accounting.invoices.flatMap(({ id, number }) => [id, number]),
    ...accounting.journalEntries.flatMap(({ id, number }) => [id, number]),
    ...accounting.payments.map(({ id }) => id),
  ];

  const seen = new Set<string>();
  const twice = keys.filter((key) => seen.size === seen.add(key).size);

  expect(twice).toEqual([]);
});

test.each(SIZES)(
  '%s: whatever refers to another system refers to something there',
  (_, { crm, shop, accounting }) => {
    const customers = new Set(crm.customers.map(({ id }) => id));
    const variants = new Set(shop.variants.map(({ id }) => id));
    const orders = new Set(shop.orders.map(({ id }) => id));
    const given = <Item>(list: readonly (Item | null)[]): readonly Item[] =>
      list.filter((item) => item !== null);
    const lost = {
      customersOfShop: [...shop.orders, ...shop.carts, ...shop.customerCopies].filter(
        ({ customerId }) => !customers.has(customerId),
      ),
      customersOfAccounting: accounting.customerAccounts.filter(
        ({ customerId }) => !customers.has(customerId),
      ),
      variantsOfCrm: given(crm.deals.flatMap(({ lines }) => lines.map(({ variantId }) => variantId))).filter(
        (id) => !variants.has(id),
      ),
      variantsOfAccounting: [
        ...accounting.purchasePrices.map(({ variantId }) => variantId),
        ...given(accounting.invoices.flatMap(({ lines }) => lines.map(({ variantId }) => variantId))),
      ].filter((id) => !variants.has(id)),
      ordersOfAccounting: given(accounting.invoices.map(({ orderId }) => orderId)).filter(
        (id) => !orders.has(id),
      ),
    };

    expect(lost).toEqual({
      customersOfShop: [],
      customersOfAccounting: [],
      variantsOfCrm: [],
      variantsOfAccounting: [],
      ordersOfAccounting: [],
    });
  },
);

test.each(SIZES)('%s: nothing has happened after today', (_, { crm, shop, accounting }) => {
  const instants = [
    ...crm.customers.map(({ updatedAt }) => updatedAt),
    ...crm.deals.map(({ updatedAt }) => updatedAt),
    ...crm.activities.map(({ createdAt }) => createdAt),
    ...shop.orders.map(({ updatedAt }) => updatedAt),
    ...shop.stock.flatMap(({ movements }) => movements.map(({ createdAt }) => createdAt)),
    ...accounting.journalEntries.map(({ createdAt }) => createdAt),
  ];

  expect(instants.filter((instant) => instant > `${TODAY}T23:59:59.999Z`)).toEqual([]);
});

test('the first customer is the same in both sizes and a regular one', () => {
  const facts = [small, demo].map(({ crm, accounting, shop }) => {
    const [customer] = crm.customers;
    const isTheirs = (one: { readonly customerId: string }): boolean => one.customerId === customer?.id;
    return {
      customer,
      contacts: crm.contacts.filter(isTheirs).map(({ name }) => name),
      deals: crm.deals.filter(isTheirs).map(({ title, stage }) => `${title}: ${stage}`),
      hasCart: shop.carts.some(isTheirs),
      orders: shop.orders.filter(isTheirs).map(({ status }) => status),
      account: accounting.customerAccounts.find(isTheirs)?.creditLimitMinor,
      invoices: accounting.invoices
        .filter(isTheirs)
        .map(({ paidMinor, totalMinor }) => (paidMinor === totalMinor ? 'paid' : paidMinor)),
    };
  });

  expect(facts[0]).toEqual(facts[1]);
  expect(facts[0]).toMatchObject({
    customer: {
      number: 'C-10001',
      kind: 'COMPANY',
      name: 'Blumenthal & Söhne GmbH',
      lifecycleStage: 'ACTIVE',
    },
    contacts: ['Friederike Blumenthal', 'Jannik Weißenfels'],
    deals: ['Meeting rooms on the second floor: PROPOSAL'],
    hasCart: true,
    orders: ['SHIPPED', 'SHIPPED', 'SHIPPED', 'SHIPPED', 'SHIPPED'],
    account: 25_000_00,
    invoices: ['paid', 'paid', 'paid', 'paid', 0],
  });
});
