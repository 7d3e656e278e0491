/**
 * Every batched read of the shop, one set for each request.
 */

import type { Database } from '../kit/database.ts';
import { EMPTY_PAGE, loaderById, loaderByParent, loaderOfChildren } from '../kit/loaders.ts';
import type { Page, PageRequest } from '../kit/page.ts';
import { readCarts, readCartsOfCustomers, readLinesOfCarts } from './connector/carts.ts';
import {
  countOrdersOfCustomers,
  pageOrdersOfCustomers,
  readLinesOfOrders,
  readOrders,
  readOrdersByNumber,
  type OrderConditions,
  type OrderRow,
} from './connector/orders.ts';
import { readProducts, readProductsBySlug } from './connector/products.ts';
import { readLinesOfShipments, readShipments, readShipmentsOfOrders } from './connector/shipments.ts';
import { readVariants, readVariantsBySku, readVariantsOfProducts } from './connector/variants.ts';

interface OrdersRequest {
  readonly page: PageRequest;
  readonly conditions: OrderConditions;
}

export type ShopLoaders = ReturnType<typeof createShopLoaders>;

export function createShopLoaders(database: Database) {
  return {
    product: loaderById((ids) => readProducts(database, ids)),
    productBySlug: loaderById((slugs) => readProductsBySlug(database, slugs)),
    variant: loaderById((ids) => readVariants(database, ids)),
    variantBySku: loaderById((skus) => readVariantsBySku(database, skus)),
    variantsOfProduct: loaderOfChildren((ids) => readVariantsOfProducts(database, ids)),
    order: loaderById((ids) => readOrders(database, ids)),
    orderByNumber: loaderById((numbers) => readOrdersByNumber(database, numbers)),
    linesOfOrder: loaderOfChildren((ids) => readLinesOfOrders(database, ids)),
    ordersOfCustomer: loaderByParent<OrdersRequest, Page<OrderRow>>(
      (ids, { page, conditions }) => pageOrdersOfCustomers(database, ids, conditions, page),
      EMPTY_PAGE,
    ),
    orderCountOfCustomer: loaderByParent<OrderConditions, number>(
      (ids, conditions) => countOrdersOfCustomers(database, ids, conditions),
      0,
    ),
    cart: loaderById((ids) => readCarts(database, ids)),
    cartOfCustomer: loaderById((customerIds) => readCartsOfCustomers(database, customerIds)),
    linesOfCart: loaderOfChildren((ids) => readLinesOfCarts(database, ids)),
    shipment: loaderById((ids) => readShipments(database, ids)),
    shipmentsOfOrder: loaderOfChildren((ids) => readShipmentsOfOrders(database, ids)),
    linesOfShipment: loaderOfChildren((ids) => readLinesOfShipments(database, ids)),
  };
}
