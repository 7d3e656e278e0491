/**
 * The CRM's types: how each is found from its key, and the fields that are not simply columns of its row.
 */

import { z } from 'zod';

import { pageArguments, parseArguments } from '../../kit/arguments.ts';
import { connectionOf } from '../../kit/connection.ts';
import { hiddenFromCustomers } from '../../kit/hidden-from-customers.ts';
import { moneyOf } from '../../kit/money.ts';
import { pageRequestOf } from '../../kit/page.ts';
import type { Resolvers } from '../../kit/subgraph.ts';
import { ACTIVITIES_OF_CUSTOMER, type ActivityRow } from '../connector/activities.ts';
import { CONTACTS_BY_NAME, type ContactRow } from '../connector/contacts.ts';
import type { CustomerRow } from '../connector/customers.ts';
import { DEALS_OF_CUSTOMER, type DealLineRow, type DealRow } from '../connector/deals.ts';
import type { CrmLoaders } from '../loaders.ts';

interface Reference {
  readonly id: string;
}

const dealsArguments = pageArguments.extend({ stage: z.string().nullish() });
const activitiesArguments = pageArguments.extend({ kind: z.string().nullish() });

export const entityResolvers = {
  Customer: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      hiddenFromCustomers(principal, 'customers:read', await loaders.customer.load(id), (row) => row.id),
    billingAddress: ({ street, postalCode, city, country }: CustomerRow) =>
      street === null ? null : { street, postalCode, city, country },
    accountManager: ({ accountManagerId }: CustomerRow, _given, { loaders }) =>
      accountManagerId === null ? null : loaders.employee.load(accountManagerId),
    contacts: async ({ id }: CustomerRow, given, { loaders }) => {
      const { first, after } = parseArguments(pageArguments, given);
      const request = pageRequestOf(first, after, CONTACTS_BY_NAME);
      const page = await loaders.contactsOfCustomer.load({ parentId: id, arguments: request });
      return connectionOf(page, () => loaders.contactCountOfCustomer.load({ parentId: id, arguments: null }));
    },
    deals: async ({ id }: CustomerRow, given, { loaders }) => {
      const { first, after, stage } = parseArguments(dealsArguments, given);
      const conditions = { stage: stage ?? undefined };
      const request = { page: pageRequestOf(first, after, DEALS_OF_CUSTOMER), conditions };
      const page = await loaders.dealsOfCustomer.load({ parentId: id, arguments: request });
      return connectionOf(page, () =>
        loaders.dealCountOfCustomer.load({ parentId: id, arguments: conditions }),
      );
    },
    activities: async ({ id }: CustomerRow, given, { loaders }) => {
      const { first, after, kind } = parseArguments(activitiesArguments, given);
      const conditions = { kind: kind ?? undefined };
      const request = { page: pageRequestOf(first, after, ACTIVITIES_OF_CUSTOMER), conditions };
      const page = await loaders.activitiesOfCustomer.load({ parentId: id, arguments: request });
      return connectionOf(page, () =>
        loaders.activityCountOfCustomer.load({ parentId: id, arguments: conditions }),
      );
    },
  },
  Contact: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      hiddenFromCustomers(principal, 'customers:read', await loaders.contact.load(id)),
    customer: ({ customerId }: ContactRow, _given, { loaders }) => loaders.customer.load(customerId),
  },
  Employee: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      hiddenFromCustomers(principal, 'employees:read', await loaders.employee.load(id)),
  },
  Deal: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      hiddenFromCustomers(principal, 'deals:read', await loaders.deal.load(id)),
    customer: ({ customerId }: DealRow, _given, { loaders }) => loaders.customer.load(customerId),
    value: ({ valueMinor, currency }: DealRow) => moneyOf(valueMinor, currency),
    owner: ({ ownerId }: DealRow, _given, { loaders }) =>
      ownerId === null ? null : loaders.employee.load(ownerId),
    lines: ({ id }: DealRow, _given, { loaders }) => loaders.linesOfDeal.load(id),
  },
  DealLine: {
    unitPrice: ({ unitPriceMinor, currency }: DealLineRow) => moneyOf(unitPriceMinor, currency),
    variant: ({ variantId, variantSku }: DealLineRow) =>
      variantId === null ? null : { id: variantId, sku: variantSku },
  },
  Activity: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      hiddenFromCustomers(principal, 'deals:read', await loaders.activity.load(id)),
    customer: ({ customerId }: ActivityRow, _given, { loaders }) => loaders.customer.load(customerId),
    deal: ({ dealId }: ActivityRow, _given, { loaders }) =>
      dealId === null ? null : loaders.deal.load(dealId),
    author: ({ authorId }: ActivityRow, _given, { loaders }) =>
      authorId === null ? null : loaders.employee.load(authorId),
  },
} satisfies Resolvers<CrmLoaders>;
