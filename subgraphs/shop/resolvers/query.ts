/**
 * The shop's root fields: what a client can begin with.
 */

import { z } from 'zod';

import { idOf, instant, optional, pageArguments, parseArguments, searchText } from '../../kit/arguments.ts';
import { connectionOf } from '../../kit/connection.ts';
import { pageRequestOf } from '../../kit/page.ts';
import type { Resolvers } from '../../kit/subgraph.ts';
import { countOrders, ordersOrder, pageOrders } from '../connector/orders.ts';
import { countProducts, pageProducts, productsOrder } from '../connector/products.ts';
import { countVariants, pageVariants, VARIANTS_BY_SKU } from '../connector/variants.ts';
import type { ShopLoaders } from '../loaders.ts';
import { visibleTo } from './visible-to.ts';

const slug = z
  .string()
  .max(200, 'At most 200 characters.')
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Not a name in a web address such as oak-desk.');
const sku = z
  .string()
  .max(100, 'At most 100 characters.')
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'Not a stock keeping unit such as OAK-DESK-160.');
const orderNumber = z.string().regex(/^B-\d{4}-\d{6,10}$/, 'Not an order number such as B-2026-000123.');

const direction = z.enum(['ASC', 'DESC']);

const productsArguments = pageArguments.extend({
  search: optional(searchText),
  filter: optional(z.object({ category: optional(searchText), inStock: optional(z.boolean()) })),
  orderBy: z.object({ field: z.enum(['NAME', 'CREATED_AT']), direction }),
});

const variantsArguments = pageArguments.extend({
  search: optional(searchText),
  filter: optional(
    z.object({
      productId: optional(idOf('Product')),
      stockBelow: optional(z.int().min(1, 'At least 1: stock is never below zero.')),
    }),
  ),
});

const ordersArguments = pageArguments.extend({
  search: optional(searchText),
  filter: optional(
    z.object({
      status: optional(z.string()),
      customerId: optional(idOf('Customer')),
      placedFrom: optional(instant),
      placedBefore: optional(instant),
    }),
  ),
  orderBy: z.object({ field: z.enum(['PLACED_AT', 'NUMBER', 'TOTAL']), direction }),
});

export const queryResolvers = {
  product: (_root, given, { loaders }) =>
    loaders.product.load(parseArguments(z.object({ id: idOf('Product') }), given).id),
  productBySlug: (_root, given, { loaders }) =>
    loaders.productBySlug.load(parseArguments(z.object({ slug }), given).slug),
  products: async (_root, given, { database }) => {
    const { first, after, filter, search, orderBy } = parseArguments(productsArguments, given);
    const keyset = productsOrder(orderBy.field, orderBy.direction);
    const conditions = { ...filter, search };
    const page = await pageProducts(database, conditions, keyset, pageRequestOf(first, after, keyset));
    return connectionOf(page, () => countProducts(database, conditions));
  },
  productVariant: (_root, given, { loaders }) =>
    loaders.variant.load(parseArguments(z.object({ id: idOf('ProductVariant') }), given).id),
  productVariantBySku: (_root, given, { loaders }) =>
    loaders.variantBySku.load(parseArguments(z.object({ sku }), given).sku),
  productVariants: async (_root, given, { database }) => {
    const { first, after, filter, search } = parseArguments(variantsArguments, given);
    const conditions = { ...filter, search };
    const page = await pageVariants(database, conditions, pageRequestOf(first, after, VARIANTS_BY_SKU));
    return connectionOf(page, () => countVariants(database, conditions));
  },
  order: async (_root, given, { loaders, principal }) => {
    const { id } = parseArguments(z.object({ id: idOf('Order') }), given);
    return visibleTo(principal, await loaders.order.load(id));
  },
  orderByNumber: async (_root, given, { loaders, principal }) => {
    const { number } = parseArguments(z.object({ number: orderNumber }), given);
    return visibleTo(principal, await loaders.orderByNumber.load(number));
  },
  orders: async (_root, given, { database }) => {
    const { first, after, filter, search, orderBy } = parseArguments(ordersArguments, given);
    const keyset = ordersOrder(orderBy.field, orderBy.direction);
    const conditions = { ...filter, search };
    const page = await pageOrders(database, conditions, keyset, pageRequestOf(first, after, keyset));
    return connectionOf(page, () => countOrders(database, conditions));
  },
  cart: async (_root, given, { loaders, principal }) => {
    const { id } = parseArguments(z.object({ id: idOf('Cart') }), given);
    return visibleTo(principal, await loaders.cart.load(id));
  },
  shipment: async (_root, given, { loaders, principal }) => {
    const { id } = parseArguments(z.object({ id: idOf('Shipment') }), given);
    return visibleTo(principal, await loaders.shipment.load(id));
  },
} satisfies Resolvers<ShopLoaders>[string];
