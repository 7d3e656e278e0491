/**
 * The shop's mutations: check the input, hand it to the connector, give back what is now true.
 */

import { z } from 'zod';

import { address, idOf, line, optional, orNull, parseArguments, version } from '../../kit/arguments.ts';
import { KnownError } from '../../kit/known-error.ts';
import { mayActOn } from '../../kit/rules.ts';
import type { MutationResolvers } from '../../kit/mutations.ts';
import { cancelOrder } from '../connector/cancel-order.ts';
import { readOrders } from '../connector/orders.ts';
import { placeOrder } from '../connector/place-order.ts';
import { setCartLine } from '../connector/set-cart-line.ts';
import { shipOrder } from '../connector/ship-order.ts';
import { adjustStock } from '../connector/stock.ts';

const LARGEST_QUANTITY = 10_000;
const LARGEST_CHANGE = 1_000_000;

const setCartLineArguments = z.object({
  input: z.object({
    customerId: idOf('Customer'),
    variantId: idOf('ProductVariant'),
    quantity: z.int().min(0, `0 to ${LARGEST_QUANTITY}.`).max(LARGEST_QUANTITY, `0 to ${LARGEST_QUANTITY}.`),
  }),
});

const placeOrderArguments = z.object({
  input: z.object({ customerId: idOf('Customer'), shippingAddress: address }),
});

const cancelOrderArguments = z.object({
  input: z.object({ orderId: idOf('Order'), expectedVersion: version, reason: line(500) }),
});

const parcelLine = z.object({
  position: z.int().min(1, 'Positions count from 1.'),
  quantity: z.int().min(1, 'At least 1.'),
});

const parcelLines = z
  .array(parcelLine)
  .min(1, 'At least one line; leave it out to ship all that is left.')
  .max(100, 'At most 100 lines.')
  .superRefine((lines, context) => {
    const seen = new Set<number>();
    for (const [index, { position }] of lines.entries()) {
      if (seen.has(position)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'position'],
          message: 'The line is named twice.',
        });
      }
      seen.add(position);
    }
  });

const shipOrderArguments = z.object({
  input: z.object({
    orderId: idOf('Order'),
    carrier: line(100),
    trackingNumber: orNull(line(100)),
    lines: optional(parcelLines),
  }),
});

const adjustStockArguments = z.object({
  input: z.object({
    variantId: idOf('ProductVariant'),
    change: z
      .int()
      .min(-LARGEST_CHANGE, `At most ${LARGEST_CHANGE} at once.`)
      .max(LARGEST_CHANGE, `At most ${LARGEST_CHANGE} at once.`)
      .refine((change) => change !== 0, 'Must not be 0.'),
    reason: line(500),
  }),
});

export const mutationResolvers = {
  setCartLine: async (_root, given, { transaction }) => {
    const { input } = parseArguments(setCartLineArguments, given);
    return { cart: await setCartLine(transaction, input) };
  },
  placeOrder: async (_root, given, { transaction }) => {
    const { input } = parseArguments(placeOrderArguments, given);
    return { order: await placeOrder(transaction, input) };
  },
  cancelOrder: async (_root, given, { transaction, principal }) => {
    const { input } = parseArguments(cancelOrderArguments, given);
    // Whose order it is never changes, so that it may be asked before the order is locked.
    const order = (await readOrders(transaction, [input.orderId])).get(input.orderId) ?? null;
    if (!mayActOn(principal, 'orders:write', order)) {
      throw new KnownError('NOT_FOUND', { argument: 'input.orderId' });
    }
    return { order: await cancelOrder(transaction, input) };
  },
  shipOrder: async (_root, given, { transaction, principal }) => {
    const { input } = parseArguments(shipOrderArguments, given);
    return { shipment: await shipOrder(transaction, { ...input, recordedBy: principal.subject }) };
  },
  adjustStock: async (_root, given, { transaction, principal }) => {
    const { input } = parseArguments(adjustStockArguments, given);
    return { variant: await adjustStock(transaction, { ...input, recordedBy: principal.subject }) };
  },
} satisfies MutationResolvers;
