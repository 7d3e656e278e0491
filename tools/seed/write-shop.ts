/**
 * Puts the shop's data into its tables.
 */

import type { ClientBase } from 'pg';

import { insertRows } from './insert-rows.ts';
import { addressColumns, counterRows, numbered } from './row-parts.ts';
import type { ShopData } from './shop-data.ts';

export async function writeShop(client: ClientBase, shop: ShopData): Promise<void> {
  await writeArticles(client, shop);
  await writeCarts(client, shop);
  await writeOrders(client, shop);
}

async function writeArticles(client: ClientBase, { products, variants, stock }: ShopData): Promise<void> {
  const stockOf = new Map(stock.map((one) => [one.variantId, one]));
  await insertRows(
    client,
    'product',
    products.map((product) => ({ ...product })),
  );
  await insertRows(
    client,
    'product_variant',
    variants.map((variant) => {
      const { onHand = 0, reserved = 0 } = stockOf.get(variant.id) ?? {};
      return { ...variant, onHand, reserved };
    }),
  );
  await insertRows(
    client,
    'stock_movement',
    stock.flatMap(({ variantId, movements }) => movements.map((movement) => ({ variantId, ...movement }))),
  );
}

async function writeCarts(client: ClientBase, { customerCopies, carts }: ShopData): Promise<void> {
  await insertRows(
    client,
    'customer_copy',
    customerCopies.map((copy) => ({ ...copy })),
  );
  await insertRows(
    client,
    'cart',
    carts.map(({ lines, ...cart }) => cart),
  );
  await insertRows(
    client,
    'cart_line',
    carts.flatMap(({ id, lines }) => lines.map((line) => ({ cartId: id, ...line }))),
  );
}

async function writeOrders(
  client: ClientBase,
  { orders, orderCounters, invoiceCopies }: ShopData,
): Promise<void> {
  await insertRows(client, 'order_counter', counterRows(orderCounters));
  await insertRows(
    client,
    'customer_order',
    orders.map(({ lines, shipments, address, ...order }) => ({ ...order, ...addressColumns(address) })),
  );
  await insertRows(
    client,
    'order_line',
    orders.flatMap(({ id, lines }) => numbered(lines).map((line) => ({ orderId: id, ...line }))),
  );
  await insertRows(
    client,
    'invoice_copy',
    invoiceCopies.map((copy) => ({ ...copy })),
  );
  const shipments = orders.flatMap((order) =>
    order.shipments.map((shipment) => ({ orderId: order.id, ...shipment })),
  );
  await insertRows(
    client,
    'shipment',
    shipments.map(({ lines, ...shipment }) => shipment),
  );
  await insertRows(
    client,
    'shipment_line',
    shipments.flatMap(({ id, orderId, lines }) =>
      lines.map((line) => ({ shipmentId: id, orderId, ...line })),
    ),
  );
}
