/**
 * The whole reference company, made from nothing but its size: the same on every machine and every day.
 */

import type { Invoice, OrderCopy } from './accounting-data.ts';
import { makeActivities } from './activities.ts';
import { makeBooks } from './books.ts';
import { makeCatalogue, makePurchasePrices } from './catalogue.ts';
import type { Company, CompanySize } from './company.ts';
import { makeCustomerTerms } from './customer-terms.ts';
import { makeDeals } from './deals.ts';
import { makeEmployees } from './employees.ts';
import { planInvoices } from './invoice-plans.ts';
import { makeOrders } from './orders.ts';
import { planPayments } from './payment-plans.ts';
import { makeContacts, makeCustomers } from './people.ts';
import { makePlacements } from './placements.ts';
import type { InvoiceCopy, Order } from './shop-data.ts';
import { makeCarts, makeStock } from './stock.ts';

interface Counts {
  readonly customers: number;
  /** 150 make 500 variants, 9 make 30. */
  readonly products: number;
  readonly orders: number;
  readonly deals: number;
  readonly activities: number;
  readonly carts: number;
}

const COUNTS: Readonly<Record<CompanySize, Counts>> = {
  demo: { customers: 2_000, products: 150, orders: 10_000, deals: 3_000, activities: 12_000, carts: 120 },
  small: { customers: 40, products: 9, orders: 120, deals: 60, activities: 160, carts: 12 },
};

export function makeCompany(size: CompanySize): Company {
  const counts = COUNTS[size];
  const employees = makeEmployees();
  const customers = makeCustomers(counts.customers, employees);
  const catalogue = makeCatalogue(counts.products);
  const { variants } = catalogue;
  const { orders, counters: orderCounters } = makeOrders(makePlacements(counts.orders, customers), catalogue);
  const deals = makeDeals(counts.deals, { customers, employees, variants });
  const terms = makeCustomerTerms(customers, orders);
  const invoicePlans = planInvoices(orders, terms);
  const books = makeBooks(invoicePlans, planPayments(invoicePlans), terms);
  return {
    crm: {
      employees,
      customers,
      contacts: makeContacts(customers),
      deals,
      activities: makeActivities(counts.activities, { customers, employees, deals }),
    },
    accounting: {
      ...books,
      orderCopies: orders.map(copyOfOrder),
      purchasePrices: makePurchasePrices(variants),
    },
    shop: {
      ...catalogue,
      stock: makeStock(variants, orders),
      customerCopies: customers.map(({ id, number, name }) => ({
        customerId: id,
        customerNumber: number,
        name,
      })),
      invoiceCopies: books.invoices.flatMap(copyOfInvoice),
      carts: makeCarts(counts.carts, customers, variants),
      orders,
      orderCounters,
    },
  };
}

/** Accounting has heard of every order; what it has not billed, nobody wanted billed yet. */
function copyOfOrder({ id, number, status }: Order): OrderCopy {
  return { orderId: id, orderNumber: number, isCancelled: status === 'CANCELLED' };
}

function copyOfInvoice({
  id,
  number,
  kind,
  orderId,
  isCancelled,
  paidMinor,
  totalMinor,
}: Invoice): InvoiceCopy[] {
  if (orderId === null || kind === 'CREDIT_NOTE') return [];
  const isPaid = !isCancelled && paidMinor === totalMinor;
  return [{ invoiceId: id, invoiceNumber: number, orderId, isPaid, isCancelled }];
}
