/**
 * Who may see what of the CRM: for every field a rule and why. This file is the policy; the subgraph enforces it
 * with the meaning of graphql-shield and denies what it does not name. What is marked sensitive is written down.
 */

import { connectionPermissions, eachOf, valuePermissions, type Permissions } from '../kit/permissions.ts';
import { anyone, holds, holdsOrIsCustomer, holdsOrSeesOwn } from '../kit/rules.ts';

const customersOrSelf = holdsOrIsCustomer('customers:read');

const KEY = [anyone, 'A key says nothing by itself, and other systems join on it.'] as const;
const WRITTEN = [
  anyone,
  'What the mutation changed; the mutation is guarded, and so is every field of it.',
] as const;

export const permissions: Permissions = {
  owner: 'sales-operations',
  fields: {
    Query: {
      ...eachOf(
        ['customer', 'customerByNumber'],
        [holdsOrSeesOwn('customers:read'), 'Colleagues find any customer, customers themselves.'],
      ),
      me: [holds('self:read'), 'Only a signed-in customer has a record of their own.'],
      customers: [
        holds('customers:read'),
        'The list of all customers is for colleagues who serve them; by account manager, for who may see that.',
      ],
      contact: [
        holds('customers:read'),
        'Contacts are persons at customers; colleagues who serve those need them.',
      ],
      deal: [holds('deals:read'), 'Deals are internal to sales and those who work with it.'],
      deals: [holds('deals:read'), 'Deals are internal to sales and those who work with it.'],
      activity: [holds('deals:read'), 'What was said with a customer is internal.'],
      employee: [holds('employees:read'), 'The directory is for colleagues.'],
      employees: [holds('employees:read'), 'The directory is for colleagues.'],
    },
    Mutation: {
      createCustomer: [holds('customers:write'), 'Customer records are kept by sales.'],
      updateCustomer: [holds('customers:write'), 'Customer records are kept by sales.'],
      logActivity: [holds('deals:write'), 'Sales writes down its own work.'],
      moveDeal: [holds('deals:write'), 'Sales moves its own deals.'],
    },
    Customer: {
      id: KEY,
      ...eachOf(
        ['number', 'kind', 'name', 'email', 'phone', 'billingAddress', 'createdAt', 'updatedAt', 'version'],
        [customersOrSelf, 'Personal data: for colleagues who serve the customer, and the customer.'],
      ),
      marketingConsent: [customersOrSelf, 'The customer gave it and may see it.'],
      lifecycleStage: [holds('customers:read'), 'Our own view of the customer.'],
      accountManager: [holds('employees:read'), 'Names a colleague: part of the directory.'],
      contacts: [holds('customers:read'), 'Contacts are other persons at the customer.'],
      deals: [holds('deals:read'), 'Deals are internal to sales and those who work with it.'],
      activities: [holds('deals:read'), 'What was said with a customer is internal.'],
      internalNotes: [
        holds('notes:read'),
        'Never for the customer’s eyes, nor for those who need no opinion of them.',
        { sensitive: true },
      ],
    },
    Contact: {
      id: KEY,
      ...eachOf(
        ['customer', 'name', 'email', 'phone', 'jobTitle', 'isPrimary', 'createdAt'],
        [holds('customers:read'), 'Personal data of somebody at a customer.'],
      ),
    },
    Employee: {
      id: KEY,
      ...eachOf(['name', 'email', 'jobTitle'], [holds('employees:read'), 'The directory is for colleagues.']),
    },
    Deal: {
      id: KEY,
      ...eachOf(
        [
          'customer',
          'title',
          'stage',
          'value',
          'expectedCloseOn',
          'closedAt',
          'owner',
          'lines',
          'version',
          'createdAt',
          'updatedAt',
        ],
        [holds('deals:read'), 'Deals are internal to sales and those who work with it.'],
      ),
    },
    Activity: {
      id: KEY,
      ...eachOf(
        ['kind', 'subject', 'body', 'occurredAt', 'customer', 'deal', 'author', 'createdAt'],
        [holds('deals:read'), 'What was said with a customer is internal.'],
      ),
    },
    ProductVariant: { id: KEY, sku: [anyone, 'The catalogue is public.'] },
    CreateCustomerPayload: { customer: WRITTEN },
    UpdateCustomerPayload: { customer: WRITTEN },
    LogActivityPayload: { activity: WRITTEN },
    MoveDealPayload: { deal: WRITTEN },
    ...connectionPermissions('Customer'),
    ...connectionPermissions('Contact'),
    ...connectionPermissions('Deal'),
    ...connectionPermissions('Activity'),
    ...connectionPermissions('Employee'),
    ...valuePermissions({
      Address: ['street', 'postalCode', 'city', 'country'],
      DealLine: ['position', 'description', 'quantity', 'unitPrice', 'variant'],
      Money: ['amount', 'currency'],
      PageInfo: ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'],
    }),
  },
};
