/**
 * Every batched read of the CRM, one set for each request.
 */

import type { Database } from '../kit/database.ts';
import { EMPTY_PAGE, loaderById, loaderByParent, loaderOfChildren } from '../kit/loaders.ts';
import type { Page, PageRequest } from '../kit/page.ts';
import {
  countActivitiesOfCustomers,
  pageActivitiesOfCustomers,
  readActivities,
  type ActivityConditions,
  type ActivityRow,
} from './connector/activities.ts';
import {
  countContactsOfCustomers,
  pageContactsOfCustomers,
  readContacts,
  type ContactRow,
} from './connector/contacts.ts';
import { readCustomers, readCustomersByNumber } from './connector/customers.ts';
import {
  countDealsOfCustomers,
  pageDealsOfCustomers,
  readDeals,
  readLinesOfDeals,
  type DealConditions,
  type DealRow,
} from './connector/deals.ts';
import { readEmployees } from './connector/employees.ts';

/** A page of a customer's list, narrowed by the list's own conditions. */
interface Narrowed<Conditions> {
  readonly page: PageRequest;
  readonly conditions: Conditions;
}

export type CrmLoaders = ReturnType<typeof createCrmLoaders>;

export function createCrmLoaders(database: Database) {
  return {
    customer: loaderById((ids) => readCustomers(database, ids)),
    customerByNumber: loaderById((numbers) => readCustomersByNumber(database, numbers)),
    contact: loaderById((ids) => readContacts(database, ids)),
    employee: loaderById((ids) => readEmployees(database, ids)),
    deal: loaderById((ids) => readDeals(database, ids)),
    activity: loaderById((ids) => readActivities(database, ids)),
    linesOfDeal: loaderOfChildren((ids) => readLinesOfDeals(database, ids)),
    contactsOfCustomer: loaderByParent<PageRequest, Page<ContactRow>>(
      (ids, page) => pageContactsOfCustomers(database, ids, page),
      EMPTY_PAGE,
    ),
    contactCountOfCustomer: loaderByParent<null, number>((ids) => countContactsOfCustomers(database, ids), 0),
    dealsOfCustomer: loaderByParent<Narrowed<DealConditions>, Page<DealRow>>(
      (ids, { page, conditions }) => pageDealsOfCustomers(database, ids, conditions, page),
      EMPTY_PAGE,
    ),
    dealCountOfCustomer: loaderByParent<DealConditions, number>(
      (ids, conditions) => countDealsOfCustomers(database, ids, conditions),
      0,
    ),
    activitiesOfCustomer: loaderByParent<Narrowed<ActivityConditions>, Page<ActivityRow>>(
      (ids, { page, conditions }) => pageActivitiesOfCustomers(database, ids, conditions, page),
      EMPTY_PAGE,
    ),
    activityCountOfCustomer: loaderByParent<ActivityConditions, number>(
      (ids, conditions) => countActivitiesOfCustomers(database, ids, conditions),
      0,
    ),
  };
}
