/**
 * What accounting adds to the entities of other systems. Each is nothing but its key here; what accounting knows of
 * it comes by loaders, and what it does not know is null or empty.
 */

import { z } from 'zod';

import { optional, pageArguments, parseArguments } from '../../kit/arguments.ts';
import { connectionOf } from '../../kit/connection.ts';
import { moneyOf, moneyOfRepresentation } from '../../kit/money.ts';
import { pageRequestOf } from '../../kit/page.ts';
import { isVisible } from '../../kit/rules.ts';
import type { SubgraphContext } from '../../kit/subgraph-context.ts';
import type { Resolvers } from '../../kit/subgraph.ts';
import { INVOICES_OF_CUSTOMER } from '../connector/invoices.ts';
import type { AccountingLoaders } from '../loaders.ts';
import { billingStatusOf } from './billing-status.ts';

type Context = SubgraphContext<AccountingLoaders>;

interface Entity {
  readonly id: string;
}

interface OrderRepresentation extends Entity {
  readonly total?: unknown;
}

interface VariantRepresentation extends Entity {
  readonly price?: unknown;
}

const invoicesArguments = pageArguments.extend({ status: optional(z.string()) });

export const foreignEntityResolvers = {
  Customer: {
    __resolveReference: ({ id }: Entity) => ({ id }),
    creditLimit: async ({ id }: Entity, _given, { loaders }) => {
      const account = await loaders.customerAccount.load(id);
      return account === null ? null : moneyOf(account.creditLimitMinor, account.currency);
    },
    receivable: async ({ id }: Entity, _given, { loaders }) => {
      const [account, receivable] = await Promise.all([
        loaders.customerAccount.load(id),
        loaders.receivable.load(id),
      ]);
      return account === null ? null : moneyOf(receivable ?? 0n, account.currency);
    },
    creditAvailable: async ({ id }: Entity, _given, { loaders }) => {
      const [account, receivable] = await Promise.all([
        loaders.customerAccount.load(id),
        loaders.receivable.load(id),
      ]);
      if (account?.creditLimitMinor == null) return null;
      return moneyOf(account.creditLimitMinor - (receivable ?? 0n), account.currency);
    },
    paymentTermDays: async ({ id }: Entity, _given, { loaders }) =>
      (await loaders.customerAccount.load(id))?.paymentTermDays,
    dunningLevel: async ({ id }: Entity, _given, { loaders }) =>
      (await loaders.customerAccount.load(id))?.dunningLevel,
    creditVersion: async ({ id }: Entity, _given, { loaders }) =>
      (await loaders.customerAccount.load(id))?.creditVersion,
    invoices: async ({ id }: Entity, given, { loaders }) => {
      const { first, after, ...conditions } = parseArguments(invoicesArguments, given);
      const request = { page: pageRequestOf(first, after, INVOICES_OF_CUSTOMER), conditions };
      const [account, page] = await Promise.all([
        loaders.customerAccount.load(id),
        loaders.invoicesOfCustomer.load({ parentId: id, arguments: request }),
      ]);
      if (account === null) return null;
      return connectionOf(page, () =>
        loaders.invoiceCountOfCustomer.load({ parentId: id, arguments: conditions }),
      );
    },
  },
  Order: {
    __resolveReference: ({ id, total }: OrderRepresentation) => ({ id, total }),
    invoices: ({ id }: Entity, _given, context) => visibleInvoicesOf(id, 'invoices:read', context),
    billingStatus: async ({ id, total }: OrderRepresentation, _given, context) =>
      billingStatusOf(
        moneyOfRepresentation(total, 'Order.total'),
        await visibleInvoicesOf(id, 'orders:read', context),
      ),
  },
  ProductVariant: {
    __resolveReference: ({ id, price }: VariantRepresentation) => ({ id, price }),
    purchasePrice: async ({ id }: Entity, _given, { loaders }) => {
      const cost = await loaders.purchasePrice.load(id);
      return cost === null ? null : moneyOf(cost.minor, cost.currency);
    },
    margin: async ({ id, price }: VariantRepresentation, _given, { loaders }) => {
      const { minor, currency } = moneyOfRepresentation(price, 'ProductVariant.price');
      const cost = await loaders.purchasePrice.load(id);
      return cost?.currency === currency ? moneyOf(minor - cost.minor, currency) : null;
    },
  },
} satisfies Resolvers<AccountingLoaders>;

/** An order does not say here whose it is, but its invoices do: a customer is answered from their own alone. */
async function visibleInvoicesOf(
  orderId: string,
  scope: 'invoices:read' | 'orders:read',
  { principal, loaders }: Context,
) {
  const invoices = await loaders.invoicesOfOrder.load(orderId);
  return invoices.filter((invoice) => isVisible(principal, scope, invoice));
}
