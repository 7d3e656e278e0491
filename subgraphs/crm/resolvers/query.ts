/**
 * The CRM's root fields: what a client can begin with.
 */

import { z } from 'zod';

import {
  day,
  idOf,
  instant,
  optional,
  pageArguments,
  parseArguments,
  searchText,
} from '../../kit/arguments.ts';
import type { Principal } from '../../../schema/contract/principal.ts';
import { connectionOf } from '../../kit/connection.ts';
import { KnownError } from '../../kit/known-error.ts';
import { pageRequestOf } from '../../kit/page.ts';
import { mayUse } from '../../kit/rule.ts';
import { isVisible } from '../../kit/rules.ts';
import type { SubgraphContext } from '../../kit/subgraph-context.ts';
import type { Resolvers } from '../../kit/subgraph.ts';
import { countCustomers, customersOrder, pageCustomers, type CustomerRow } from '../connector/customers.ts';
import { countDeals, dealsOrder, pageDeals } from '../connector/deals.ts';
import { countEmployees, EMPLOYEES_BY_NAME, pageEmployees } from '../connector/employees.ts';
import type { CrmLoaders } from '../loaders.ts';

type Context = SubgraphContext<CrmLoaders>;

const customerNumber = z.string().regex(/^C-\d{5,12}$/, 'Not a customer number such as C-10042.');

const customersArguments = pageArguments.extend({
  search: optional(searchText),
  filter: optional(
    z.object({
      kind: optional(z.string()),
      lifecycleStage: optional(z.string()),
      accountManagerId: optional(idOf('Employee')),
      marketingConsent: optional(z.boolean()),
      createdFrom: optional(instant),
      createdBefore: optional(instant),
    }),
  ),
  orderBy: z.object({
    field: z.enum(['NUMBER', 'NAME', 'CREATED_AT', 'UPDATED_AT']),
    direction: z.enum(['ASC', 'DESC']),
  }),
});

const dealsArguments = pageArguments.extend({
  search: optional(searchText),
  filter: optional(
    z.object({
      customerId: optional(idOf('Customer')),
      ownerId: optional(idOf('Employee')),
      stage: optional(z.string()),
      expectedCloseFrom: optional(day),
      expectedCloseTo: optional(day),
    }),
  ),
  orderBy: z.object({ field: z.enum(['CREATED_AT', 'TITLE', 'VALUE']), direction: z.enum(['ASC', 'DESC']) }),
});

const employeesArguments = pageArguments.extend({ search: optional(searchText) });

/** To filter by it tells, customer by customer, what the field `accountManager` refuses. */
function holdToDirectory(principal: Principal): void {
  if (mayUse(principal, 'employees:read')) return;
  const details = { argument: 'filter.accountManagerId', rule: 'holds employees:read' };
  throw new KnownError('FORBIDDEN', { reason: 'Names a colleague: part of the directory.', details });
}

export const queryResolvers = {
  customer: async (_root, given, context) => {
    const { id } = parseArguments(z.object({ id: idOf('Customer') }), given);
    return visibleCustomer(context, await context.loaders.customer.load(id));
  },
  customerByNumber: async (_root, given, context) => {
    const { number } = parseArguments(z.object({ number: customerNumber }), given);
    return visibleCustomer(context, await context.loaders.customerByNumber.load(number));
  },
  me: (_root, _given, { principal, loaders }) =>
    principal.customerId === undefined ? null : loaders.customer.load(principal.customerId),
  customers: async (_root, given, { database, principal }) => {
    const { first, after, filter, search, orderBy } = parseArguments(customersArguments, given);
    if (filter?.accountManagerId !== undefined) holdToDirectory(principal);
    const keyset = customersOrder(orderBy.field, orderBy.direction);
    const conditions = { ...filter, search };
    const page = await pageCustomers(database, conditions, keyset, pageRequestOf(first, after, keyset));
    return connectionOf(page, () => countCustomers(database, conditions));
  },
  contact: (_root, given, { loaders }) =>
    loaders.contact.load(parseArguments(z.object({ id: idOf('Contact') }), given).id),
  deal: (_root, given, { loaders }) =>
    loaders.deal.load(parseArguments(z.object({ id: idOf('Deal') }), given).id),
  deals: async (_root, given, { database }) => {
    const { first, after, filter, search, orderBy } = parseArguments(dealsArguments, given);
    const keyset = dealsOrder(orderBy.field, orderBy.direction);
    const conditions = { ...filter, search };
    const page = await pageDeals(database, conditions, keyset, pageRequestOf(first, after, keyset));
    return connectionOf(page, () => countDeals(database, conditions));
  },
  activity: (_root, given, { loaders }) =>
    loaders.activity.load(parseArguments(z.object({ id: idOf('Activity') }), given).id),
  employee: (_root, given, { loaders }) =>
    loaders.employee.load(parseArguments(z.object({ id: idOf('Employee') }), given).id),
  employees: async (_root, given, { database }) => {
    const { first, after, search } = parseArguments(employeesArguments, given);
    const page = await pageEmployees(database, search, pageRequestOf(first, after, EMPLOYEES_BY_NAME));
    return connectionOf(page, () => countEmployees(database, search));
  },
} satisfies Resolvers<CrmLoaders>[string];

/** Another's customer is as if it were not there. */
function visibleCustomer({ principal }: Context, row: CustomerRow | null): CustomerRow | null {
  return row !== null && isVisible(principal, 'customers:read', { customerId: row.id }) ? row : null;
}
