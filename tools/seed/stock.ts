/**
 * What lies on the shelves and how it came to lie there: receipts, parcels, breakage and counts, all adding up, and
 * enough of everything for the open orders. Also what customers have put aside in carts.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { addDays, dayOf, FIRST_DAY, instantAfter, instantOn, TODAY } from './calendar.ts';
import type { Customer } from './crm-data.ts';
import { WAREHOUSE_LOGIN } from './employees.ts';
import { compareText } from './number-by-year.ts';
import { itemAt, seededRandom, shareOut, type Random } from './seeded-random.ts';
import type { Cart, Order, Stock, StockMovement, Variant } from './shop-data.ts';
import { SHOWCASE_ID } from './showcase.ts';

/** Articles that left the shelf with a parcel. */
interface Departure {
  readonly quantity: number;
  readonly shippedAt: string;
  readonly orderNumber: string;
}

type Change = Omit<StockMovement, 'id' | 'recordedBy'>;

export function makeStock(variants: readonly Variant[], orders: readonly Order[]): readonly Stock[] {
  const random = seededRandom('stock');
  const departures = departuresByVariant(orders);
  const reservations = reservedByVariant(orders);
  const levels = shareOut(random, variants.length, { plenty: 0.84, low: 0.1, none: 0.06 });
  return variants.map(({ id, sku }, index) => {
    const reserved = reservations.get(id) ?? 0;
    const level = itemAt(levels, index);
    const free = { plenty: random.integer(5, 120), low: random.integer(1, 4), none: 0 }[level];
    const changes = makeChanges(departures.get(id) ?? [], reserved + free, random);
    const movements = changes
      .toSorted((left, right) => compareText(left.createdAt, right.createdAt))
      .map((change, count) => ({
        ...change,
        id: globalIdOf('StockMovement', `${sku}/${count + 1}`),
        recordedBy: WAREHOUSE_LOGIN,
      }));
    return { variantId: id, onHand: reserved + free, reserved, movements };
  });
}

/** Some carts are empty: what was in them has been ordered or taken out. */
export function makeCarts(
  count: number,
  customers: readonly Customer[],
  variants: readonly Variant[],
): readonly Cart[] {
  const random = seededRandom('carts');
  const showcase = customers.filter(({ id }) => id === SHOWCASE_ID);
  const others = random.shuffle(
    customers.filter(({ id, lifecycleStage }) => id !== SHOWCASE_ID && lifecycleStage !== 'FORMER'),
  );
  return [...showcase, ...others].slice(0, count).map(({ id, number }, index) => {
    const startedAt = instantOn(addDays(TODAY, -random.integer(0, 60)), random);
    const isEmpty = index % 10 === 9;
    const lines = random
      .shuffle(variants)
      .slice(0, isEmpty ? 0 : random.integer(1, 4))
      .map((variant, place) => ({
        variantId: variant.id,
        quantity: random.integer(1, 6),
        addedAt: instantAfter(startedAt, place, random),
      }));
    const updatedAt = lines.at(-1)?.addedAt ?? startedAt;
    return { id: globalIdOf('Cart', number), customerId: id, updatedAt, lines };
  });
}

function makeChanges(departures: readonly Departure[], target: number, random: Random): readonly Change[] {
  const changes: Change[] = [];
  const lot = random.pick([10, 20, 25, 50]);
  let onHand = 0;
  const move = (change: number, reason: string, createdAt: string): void => {
    if (change === 0) return;
    onHand += change;
    changes.push({ change, reason, createdAt });
  };
  move(lot, 'opening stock', instantOn(addDays(FIRST_DAY, -7), random));
  for (const { quantity, shippedAt, orderNumber } of departures) {
    const missing = quantity - onHand;
    if (missing > 0) {
      const receivedAt = instantOn(addDays(dayOf(shippedAt), -1), random);
      move(Math.ceil(missing / lot) * lot, 'received from the supplier', receivedAt);
    }
    move(-quantity, `shipment of ${orderNumber}`, shippedAt);
    if (onHand > 0 && random.chance(0.01))
      move(-1, 'damaged in the warehouse', instantAfter(shippedAt, 0, random));
  }
  const difference = target - onHand;
  move(
    difference,
    difference > 0 ? 'received from the supplier' : 'sent back to the supplier',
    `${TODAY}T05:30:00.000Z`,
  );
  return changes;
}

/** Oldest first for each variant. */
function departuresByVariant(orders: readonly Order[]): ReadonlyMap<string, readonly Departure[]> {
  const parcels = orders
    .flatMap((order) => order.shipments.map((shipment) => ({ order, shipment })))
    .toSorted((left, right) => compareText(left.shipment.shippedAt, right.shipment.shippedAt));
  const departures = new Map<string, Departure[]>();
  for (const { order, shipment } of parcels) {
    for (const { position, quantity } of shipment.lines) {
      const { variantId } = itemAt(order.lines, position - 1);
      const known = departures.get(variantId) ?? [];
      known.push({ quantity, shippedAt: shipment.shippedAt, orderNumber: order.number });
      departures.set(variantId, known);
    }
  }
  return departures;
}

function reservedByVariant(orders: readonly Order[]): ReadonlyMap<string, number> {
  const reserved = new Map<string, number>();
  const openOrders = orders.filter(({ status }) => status === 'PLACED' || status === 'PARTIALLY_SHIPPED');
  for (const { variantId, quantity, shippedQuantity } of openOrders.flatMap(({ lines }) => lines)) {
    reserved.set(variantId, (reserved.get(variantId) ?? 0) + quantity - shippedQuantity);
  }
  return reserved;
}
