/**
 * The shop's types: how each is found from its key, and the fields that are not simply columns of its row. What the
 * shop adds to the CRM's Customer is in `customer.ts`.
 */

import { moneyOf } from '../../kit/money.ts';
import type { Resolvers } from '../../kit/subgraph.ts';
import type { CartLineRow, CartRow } from '../connector/carts.ts';
import type { OrderLineRow, OrderRow } from '../connector/orders.ts';
import type { ProductRow } from '../connector/products.ts';
import type { ShipmentLineRow, ShipmentRow } from '../connector/shipments.ts';
import type { VariantRow } from '../connector/variants.ts';
import type { ShopLoaders } from '../loaders.ts';
import { customerResolvers } from './customer.ts';
import { visibleTo } from './visible-to.ts';

interface Reference {
  readonly id: string;
}

export const entityResolvers = {
  Customer: customerResolvers,
  Product: {
    __resolveReference: ({ id }: Reference, { loaders }) => loaders.product.load(id),
    variants: ({ id }: ProductRow, _given, { loaders }) => loaders.variantsOfProduct.load(id),
  },
  ProductVariant: {
    __resolveReference: ({ id }: Reference, { loaders }) => loaders.variant.load(id),
    price: ({ priceMinor, currency }: VariantRow) => moneyOf(priceMinor, currency),
    stock: ({ onHand, reserved }: VariantRow) => onHand - reserved,
    product: ({ productId }: VariantRow, _given, { loaders }) => loaders.product.load(productId),
  },
  Order: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      visibleTo(principal, await loaders.order.load(id)),
    lines: ({ id }: OrderRow, _given, { loaders }) => loaders.linesOfOrder.load(id),
    total: ({ totalMinor, currency }: OrderRow) => moneyOf(totalMinor, currency),
    customer: ({ customerId }: OrderRow) => ({ id: customerId }),
    shippingAddress: ({ street, postalCode, city, country }: OrderRow) => ({
      street,
      postalCode,
      city,
      country,
    }),
    shipments: ({ id }: OrderRow, _given, { loaders }) => loaders.shipmentsOfOrder.load(id),
  },
  OrderLine: {
    variant: ({ variantId }: OrderLineRow, _given, { loaders }) => loaders.variant.load(variantId),
    unitPrice: ({ unitPriceMinor, currency }: OrderLineRow) => moneyOf(unitPriceMinor, currency),
    total: ({ quantity, unitPriceMinor, currency }: OrderLineRow) =>
      moneyOf(BigInt(quantity) * unitPriceMinor, currency),
  },
  Cart: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      visibleTo(principal, await loaders.cart.load(id)),
    customer: ({ customerId }: CartRow) => ({ id: customerId }),
    lines: ({ id }: CartRow, _given, { loaders }) => loaders.linesOfCart.load(id),
    total: async ({ id }: CartRow, _given, { loaders }) => totalOf(await loaders.linesOfCart.load(id)),
  },
  CartLine: {
    variant: ({ variantId }: CartLineRow, _given, { loaders }) => loaders.variant.load(variantId),
  },
  Shipment: {
    __resolveReference: async ({ id }: Reference, { loaders, principal }) =>
      visibleTo(principal, await loaders.shipment.load(id)),
    order: ({ orderId }: ShipmentRow, _given, { loaders }) => loaders.order.load(orderId),
    lines: ({ id }: ShipmentRow, _given, { loaders }) => loaders.linesOfShipment.load(id),
  },
  ShipmentLine: {
    variant: ({ variantId }: ShipmentLineRow, _given, { loaders }) => loaders.variant.load(variantId),
  },
} satisfies Resolvers<ShopLoaders>;

/** Null for an empty cart, and where the prices are in several currencies: they have no sum. */
function totalOf(lines: readonly CartLineRow[]) {
  const [currency, ...others] = new Set(lines.map((line) => line.currency));
  if (currency === undefined || others.length > 0) return null;
  const minor = lines.reduce((sum, line) => sum + BigInt(line.quantity) * line.priceMinor, 0n);
  return moneyOf(minor, currency);
}
