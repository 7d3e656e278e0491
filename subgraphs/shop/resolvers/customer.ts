/**
 * What the shop adds to the CRM's Customer. It asks nobody whether the customer exists: one that it does not know
 * has no cart and no orders.
 */

import { z } from 'zod';

import { pageArguments, parseArguments } from '../../kit/arguments.ts';
import { connectionOf } from '../../kit/connection.ts';
import { parseMoney } from '../../kit/money.ts';
import { pageRequestOf } from '../../kit/page.ts';
import type { Resolvers } from '../../kit/subgraph.ts';
import { ORDERS_OF_CUSTOMER } from '../connector/orders.ts';
import type { ShopLoaders } from '../loaders.ts';

/** The key, and what `@requires` brings along from accounting where `mayBuyOnAccount` is asked for. */
interface CustomerRepresentation {
  readonly id: string;
  readonly creditAvailable?: unknown;
}

const ordersArguments = pageArguments.extend({ status: z.string().nullish() });

const money = z.object({ amount: z.string(), currency: z.string() });

export const customerResolvers = {
  __resolveReference: (representation: CustomerRepresentation) => representation,
  orders: async ({ id }: CustomerRepresentation, given, { loaders }) => {
    const { first, after, status } = parseArguments(ordersArguments, given);
    const conditions = { status: status ?? undefined };
    const request = { page: pageRequestOf(first, after, ORDERS_OF_CUSTOMER), conditions };
    const page = await loaders.ordersOfCustomer.load({ parentId: id, arguments: request });
    return connectionOf(page, () =>
      loaders.orderCountOfCustomer.load({ parentId: id, arguments: conditions }),
    );
  },
  cart: ({ id }: CustomerRepresentation, _given, { loaders }) => loaders.cartOfCustomer.load(id),
  mayBuyOnAccount: ({ creditAvailable }: CustomerRepresentation) => hasCredit(creditAvailable),
} satisfies Resolvers<ShopLoaders>[string];

/** Null where accounting was not asked; false without a limit. Throws a fault for what is no money. */
function hasCredit(creditAvailable: unknown): boolean | null {
  if (creditAvailable === undefined) return null;
  if (creditAvailable === null) return false;
  const read = money.safeParse(creditAvailable);
  if (!read.success) throw new Error('creditAvailable came as no money', { cause: read.error });
  return amountOf(read.data) > 0n;
}

function amountOf(given: z.output<typeof money>): bigint {
  try {
    return parseMoney(given, 'creditAvailable').minor;
  } catch (error) {
    // What is the client's mistake in an argument is another system's in a representation.
    throw new Error('creditAvailable came as no money', { cause: error });
  }
}
