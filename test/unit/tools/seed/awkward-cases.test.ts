/**
 * The awkward cases that real data has are in both sizes, so that a test or a demonstration always finds one.
 */

import type { Company } from '../../../../tools/seed/company.ts';
import { makeCompany } from '../../../../tools/seed/make-company.ts';

test.each(['small', 'demo'] as const)('%s has every awkward case', (size) => {
  const company = makeCompany(size);
  const cases = { ...casesOfCrm(company), ...casesOfShop(company), ...casesOfAccounting(company) };
  const missing = Object.entries(cases).filter(([, isThere]) => !isThere);

  expect(missing).toEqual([]);
});

test.each(['small', 'demo'] as const)(
  '%s: accounting has no invoice for a customer it does not know',
  (size) => {
    const { accounting } = makeCompany(size);
    const known = new Set(accounting.customerAccounts.map(({ customerId }) => customerId));

    expect(accounting.invoices.filter(({ customerId }) => !known.has(customerId))).toEqual([]);
  },
);

type Cases = Readonly<Record<string, boolean>>;

function casesOfCrm({ crm: { customers, contacts, deals, activities } }: Company): Cases {
  const names = customers.map(({ name }) => name).join('\n');
  const withContacts = new Set(contacts.map(({ customerId }) => customerId));
  return {
    'an umlaut in a name': /[äöüÄÖÜ]/.test(names),
    'an ß in a name': names.includes('ß'),
    'an apostrophe in a name': names.includes("'"),
    'an accent in a name': /[éèêçœłę]/.test(names),
    'a customer without an e-mail address': customers.some(({ email }) => email === null),
    'a customer without a telephone': customers.some(({ phone }) => phone === null),
    'a customer without an address': customers.some(({ address }) => address === null),
    'a customer without an account manager': customers.some(
      ({ accountManagerId }) => accountManagerId === null,
    ),
    'a company without a contact': customers.some(
      ({ kind, id }) => kind === 'COMPANY' && !withContacts.has(id),
    ),
    'a contact without an e-mail address': contacts.some(({ email }) => email === null),
    'all life-cycle stages': new Set(customers.map(({ lifecycleStage }) => lifecycleStage)).size === 4,
    'all countries': new Set(customers.map(({ country }) => country)).size === 6,
    'all stages of a deal': new Set(deals.map(({ stage }) => stage)).size === 5,
    'a deal without lines': deals.some(({ lines }) => lines.length === 0),
    'a deal with a line that is no article': deals.some(({ lines }) =>
      lines.some((line) => line.variantId === null),
    ),
    'a deal without an owner': deals.some(({ ownerId }) => ownerId === null),
    'a deal without an expected day': deals.some(({ expectedCloseOn }) => expectedCloseOn === null),
    'an activity without an author': activities.some(({ authorId }) => authorId === null),
    'an activity about a deal': activities.some(({ dealId }) => dealId !== null),
  };
}

function casesOfShop({ shop: { orders, stock, carts } }: Company): Cases {
  return {
    'all states of an order': new Set(orders.map(({ status }) => status)).size === 4,
    'an order in several parcels': orders.some(({ shipments }) => shipments.length > 1),
    'a parcel without a tracking number': orders.some(({ shipments }) =>
      shipments.some(({ trackingNumber }) => trackingNumber === null),
    ),
    'an order in Swiss francs': orders.some(({ currency }) => currency === 'CHF'),
    'an article that is sold out': stock.some(({ onHand, reserved }) => onHand === reserved),
    'an empty cart': carts.some(({ lines }) => lines.length === 0),
  };
}

function casesOfAccounting({ crm, shop, accounting }: Company): Cases {
  const { customerAccounts, invoices, payments, purchasePrices } = accounting;
  const known = new Set(customerAccounts.map(({ customerId }) => customerId));
  const invoicesOf = Map.groupBy(invoices, ({ orderId }) => orderId);
  const paymentsOf = Map.groupBy(payments, ({ invoiceId }) => invoiceId);
  const priced = new Set(purchasePrices.map(({ variantId }) => variantId));
  const standing = (orderId: string): number =>
    (invoicesOf.get(orderId) ?? []).filter(({ kind, isCancelled }) => kind === 'INVOICE' && !isCancelled)
      .length;
  const isCredited = (orderId: string): boolean =>
    (invoicesOf.get(orderId) ?? []).some(({ kind }) => kind === 'CREDIT_NOTE');
  return {
    'a customer that accounting does not know': crm.customers.some(({ id }) => !known.has(id)),
    'an order of a customer that accounting does not know': shop.orders.some(
      ({ customerId }) => !known.has(customerId),
    ),
    'a shipped order without an invoice': shop.orders.some(
      ({ id, status, customerId }) => status === 'SHIPPED' && known.has(customerId) && !invoicesOf.has(id),
    ),
    'an order with two invoices': shop.orders.some(({ id }) => standing(id) === 2),
    'an order whose only invoice was cancelled': shop.orders.some(
      ({ id }) => isCredited(id) && standing(id) === 0,
    ),
    'an order that was billed anew': shop.orders.some(({ id }) => isCredited(id) && standing(id) === 1),
    'an invoice without an order': invoicesOf.has(null),
    'an invoice that is open': invoices.some(
      ({ kind, isCancelled, paidMinor }) => kind === 'INVOICE' && !isCancelled && paidMinor === 0,
    ),
    'an invoice that is partly paid': invoices.some(
      ({ isCancelled, paidMinor, totalMinor }) => !isCancelled && paidMinor > 0 && paidMinor < totalMinor,
    ),
    'an invoice paid in two parts': invoices.some(
      ({ id, paidMinor, totalMinor }) => paidMinor === totalMinor && paymentsOf.get(id)?.length === 2,
    ),
    'an invoice cancelled after a payment': invoices.some(
      ({ isCancelled, paidMinor }) => isCancelled && paidMinor > 0,
    ),
    'an invoice without tax': invoices.some(({ taxMinor }) => taxMinor === 0),
    'an invoice in Swiss francs': invoices.some(({ currency }) => currency === 'CHF'),
    'a payment without a reference': payments.some(({ reference }) => reference === null),
    'all dunning levels': new Set(customerAccounts.map(({ dunningLevel }) => dunningLevel)).size === 4,
    'a customer without a credit limit': customerAccounts.some(
      ({ creditLimitMinor }) => creditLimitMinor === null,
    ),
    'an article without a purchase price': shop.variants.some(({ id }) => !priced.has(id)),
    'an article bought in dollars': purchasePrices.some(({ currency }) => currency === 'USD'),
  };
}
