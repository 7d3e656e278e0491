/**
 * Who may see what of the shop: for every field a rule and why. This file is the policy; the subgraph enforces it
 * with the meaning of graphql-shield and denies what it does not name. What is marked sensitive is written down.
 */

import { connectionPermissions, eachOf, valuePermissions, type Permissions } from '../kit/permissions.ts';
import {
  anyone,
  holds,
  holdsOrActsForSelf,
  holdsOrActsOnOwn,
  holdsOrIsCustomer,
  holdsOrOwns,
  holdsOrSeesOwn,
} from '../kit/rules.ts';

const ordersOrOwn = holdsOrOwns('orders:read');

const KEY = [anyone, 'A key says nothing by itself, and other systems join on it.'] as const;
const CATALOGUE = [
  anyone,
  'The catalogue is public: what we sell, for how much, and whether it is there.',
] as const;
const WRITTEN = [
  anyone,
  'What the mutation changed; the mutation is guarded, and so is every field of it.',
] as const;

export const permissions: Permissions = {
  owner: 'commerce',
  fields: {
    Query: {
      ...eachOf(
        ['product', 'productBySlug', 'products', 'productVariant', 'productVariantBySku', 'productVariants'],
        CATALOGUE,
      ),
      ...eachOf(
        ['order', 'orderByNumber', 'cart', 'shipment'],
        [holdsOrSeesOwn('orders:read'), 'Colleagues find any, customers their own.'],
      ),
      orders: [
        holds('orders:read'),
        'The list of all orders is for colleagues; customers have Customer.orders.',
      ],
    },
    Mutation: {
      setCartLine: [holdsOrActsForSelf('orders:write'), 'Customers fill their cart, or colleagues for them.'],
      placeOrder: [
        holdsOrActsForSelf('orders:write'),
        'Customers order for themselves, or colleagues for them.',
      ],
      cancelOrder: [
        holdsOrActsOnOwn('orders:write'),
        'Customers cancel what they ordered, or colleagues for them.',
      ],
      shipOrder: [holds('shipments:write'), 'The warehouse alone knows what is in a parcel.'],
      adjustStock: [holds('stock:write'), 'Only those who count the shelf may correct it.'],
    },
    Subscription: {
      orderChanged: [
        holdsOrSeesOwn('orders:read'),
        'As the orders themselves: colleagues hear of any, customers of their own.',
      ],
      stockChanged: [anyone, 'As the catalogue: whether something is there is public.'],
    },
    Customer: {
      id: KEY,
      orders: [holdsOrIsCustomer('orders:read'), 'For colleagues who serve orders, and the customer.'],
      cart: [holdsOrIsCustomer('orders:read'), 'For colleagues who serve orders, and the customer.'],
      creditAvailable: [
        holdsOrIsCustomer('credit:read'),
        'Accounting’s field and rule; here it only comes along for mayBuyOnAccount.',
        { sensitive: true },
      ],
      mayBuyOnAccount: [
        holdsOrIsCustomer('credit:read'),
        'It tells something of creditAvailable, so it is not open to more than that.',
        { sensitive: true },
      ],
    },
    Product: {
      id: KEY,
      ...eachOf(['slug', 'name', 'description', 'category', 'variants', 'createdAt'], CATALOGUE),
    },
    ProductVariant: { id: KEY, ...eachOf(['sku', 'name', 'price', 'stock', 'product'], CATALOGUE) },
    Order: {
      id: KEY,
      ...eachOf(
        [
          'number',
          'status',
          'placedAt',
          'lines',
          'total',
          'customer',
          'shippingAddress',
          'shipments',
          'cancellationReason',
          'version',
          'updatedAt',
        ],
        [ordersOrOwn, 'What somebody ordered: for colleagues who serve orders, and the customer.'],
      ),
    },
    Cart: {
      id: KEY,
      ...eachOf(
        ['customer', 'lines', 'total', 'updatedAt'],
        [ordersOrOwn, 'What somebody may buy: for colleagues who serve orders, and the customer.'],
      ),
    },
    Shipment: {
      id: KEY,
      ...eachOf(
        ['order', 'carrier', 'trackingNumber', 'shippedAt', 'lines'],
        [ordersOrOwn, 'A part of an order: for colleagues who serve orders, and the customer.'],
      ),
    },
    SetCartLinePayload: { cart: WRITTEN },
    PlaceOrderPayload: { order: WRITTEN },
    CancelOrderPayload: { order: WRITTEN },
    ShipOrderPayload: { shipment: WRITTEN },
    AdjustStockPayload: { variant: WRITTEN },
    ...connectionPermissions('Product'),
    ...connectionPermissions('ProductVariant'),
    ...connectionPermissions('Order'),
    ...valuePermissions({
      Address: ['street', 'postalCode', 'city', 'country'],
      CartLine: ['variant', 'quantity'],
      Money: ['amount', 'currency'],
      OrderLine: ['position', 'variant', 'sku', 'name', 'quantity', 'shippedQuantity', 'unitPrice', 'total'],
      PageInfo: ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'],
      ShipmentLine: ['position', 'variant', 'quantity'],
    }),
  },
};
