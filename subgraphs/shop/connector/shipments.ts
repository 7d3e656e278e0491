/**
 * Parcels as the shop's tables hold them. What was shipped is never changed; `ship-order.ts` adds to it.
 */

import { sql } from 'kysely';

import type { Database } from '../../kit/database.ts';
import { byId } from '../../kit/loaders.ts';

export interface ShipmentRow {
  readonly id: string;
  readonly orderId: string;
  /** Of the order: whoever may see that may see its parcels. */
  readonly customerId: string;
  readonly carrier: string;
  readonly trackingNumber: string | null;
  readonly shippedAt: Date;
}

export interface ShipmentLineRow {
  readonly shipmentId: string;
  readonly position: number;
  readonly variantId: string;
  readonly quantity: number;
}

const SHIPMENTS = sql`
  select shipment.id, shipment.order_id, placed.customer_id, shipment.carrier, shipment.tracking_number,
    shipment.shipped_at
  from shipment join customer_order placed on placed.id = shipment.order_id`;

export async function readShipments(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ShipmentRow>> {
  const { rows } = await sql<ShipmentRow>`
    ${SHIPMENTS} where shipment.id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

/** Oldest first. */
export async function readShipmentsOfOrders(
  database: Database,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ShipmentRow[]>> {
  const { rows } = await sql<ShipmentRow>`
    ${SHIPMENTS} where shipment.order_id = any(${[...orderIds]}::text[])
    order by shipment.order_id, shipment.shipped_at, shipment.id`.execute(database);
  return Map.groupBy(rows, (row) => row.orderId);
}

export async function readLinesOfShipments(
  database: Database,
  shipmentIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ShipmentLineRow[]>> {
  const { rows } = await sql<ShipmentLineRow>`
    select line.shipment_id, line.position, ordered.variant_id, line.quantity
    from shipment_line line
      join order_line ordered on ordered.order_id = line.order_id and ordered.position = line.position
    where line.shipment_id = any(${[...shipmentIds]}::text[])
    order by line.shipment_id, line.position`.execute(database);
  return Map.groupBy(rows, (row) => row.shipmentId);
}
