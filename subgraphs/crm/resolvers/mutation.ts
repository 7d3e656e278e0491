/**
 * The CRM's mutations: check the input, hand it to the connector, give back what is now true.
 */

import { z } from 'zod';

import {
  address,
  email,
  idOf,
  instant,
  line,
  orNull,
  parseArguments,
  prose,
  version,
} from '../../kit/arguments.ts';
import type { MutationResolvers } from '../../kit/mutations.ts';
import { insertActivity } from '../connector/activities.ts';
import { moveDeal } from '../connector/deals.ts';
import { findEmployeeByLogin } from '../connector/employees.ts';
import { createCustomer, updateCustomer } from '../connector/write-customers.ts';

const stage = z.enum(['QUALIFICATION', 'PROPOSAL', 'NEGOTIATION', 'WON', 'LOST']);

const createCustomerArguments = z.object({
  input: z.object({
    kind: z.string(),
    name: line(200),
    email: orNull(email),
    phone: orNull(line(50)),
    billingAddress: orNull(address),
    lifecycleStage: z.string(),
    accountManagerId: orNull(idOf('Employee')),
    marketingConsent: z.boolean(),
    internalNotes: orNull(prose(10_000)),
  }),
});

/** Left out means unchanged; null empties what may be empty and is a mistake elsewhere. */
const updateCustomerArguments = z.object({
  input: z.object({
    id: idOf('Customer'),
    expectedVersion: version,
    name: line(200).optional(),
    email: email.nullable().optional(),
    phone: line(50).nullable().optional(),
    billingAddress: address.nullable().optional(),
    lifecycleStage: z.string('Must not be null.').optional(),
    accountManagerId: idOf('Employee').nullable().optional(),
    marketingConsent: z.boolean('Must not be null.').optional(),
    internalNotes: prose(10_000).nullable().optional(),
  }),
});

/** Before anything could have been logged; a year typed wrong. */
const FIRST_INSTANT = new Date('1970-01-01T00:00:00Z');

const happened = instant.refine((at) => at >= FIRST_INSTANT, 'Must not be before 1970.');

const logActivityArguments = z.object({
  input: z.object({
    customerId: idOf('Customer'),
    dealId: orNull(idOf('Deal')),
    kind: z.string(),
    subject: line(200),
    body: orNull(prose(20_000)),
    occurredAt: orNull(happened),
  }),
});

const moveDealArguments = z.object({
  input: z.object({ id: idOf('Deal'), expectedVersion: version, stage }),
});

export const mutationResolvers = {
  createCustomer: async (_root, given, { transaction }) => {
    const { input } = parseArguments(createCustomerArguments, given);
    return { customer: await createCustomer(transaction, input) };
  },
  updateCustomer: async (_root, given, { transaction }) => {
    const { id, expectedVersion, ...change } = parseArguments(updateCustomerArguments, given).input;
    return { customer: await updateCustomer(transaction, id, expectedVersion, change) };
  },
  logActivity: async (_root, given, { transaction, principal }) => {
    const { input } = parseArguments(logActivityArguments, given);
    const author = await findEmployeeByLogin(transaction, principal.subject);
    return { activity: await insertActivity(transaction, { ...input, authorId: author?.id ?? null }) };
  },
  moveDeal: async (_root, given, { transaction }) => {
    const { input } = parseArguments(moveDealArguments, given);
    return { deal: await moveDeal(transaction, input) };
  },
} satisfies MutationResolvers;
