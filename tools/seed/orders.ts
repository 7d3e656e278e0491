/**
 * Orders with their lines and parcels, numbered without gaps. Knows no stock and no invoice.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { dayOf, instantAfter } from './calendar.ts';
import { priceOn, type Catalogue } from './catalogue.ts';
import type { Customer } from './crm-data.ts';
import { numberByYear, type Counters } from './number-by-year.ts';
import { makeAddress, regionOf } from './people.ts';
import type { Placement } from './placements.ts';
import type { Address } from './plain-values.ts';
import { seededRandom, type Random } from './seeded-random.ts';
import type { Order, OrderLine, Shipment, Variant } from './shop-data.ts';

const CARRIERS = ['DHL', 'DHL', 'DPD', 'GLS', 'Spedition Kruse'] as const;
const CANCELLATION_REASONS = [
  'Ordered twice',
  'The customer no longer needs it',
  'Delivery would have been too late',
  'Wrong colour chosen, ordered anew',
  'No answer about the site’s access',
] as const;

/** Oldest first. */
export function makeOrders(
  placements: readonly Placement[],
  catalogue: Catalogue,
): { readonly orders: readonly Order[]; readonly counters: Counters } {
  const random = seededRandom('orders');
  const pickVariant = variantPicker(catalogue, random);
  const { items, counters } = numberByYear('B', placements, ({ placedAt }) => placedAt);
  const orders = items.map(([number, placement]) => {
    const lines = makeLines(placement, pickVariant, random);
    return makeOrder(number, placement, lines, random);
  });
  return { orders, counters };
}

export function totalOf(lines: readonly OrderLine[]): number {
  return lines.reduce((total, { quantity, unitPriceMinor }) => total + quantity * unitPriceMinor, 0);
}

/** Some articles sell ten times as often as others, and none before it is in the shop. */
function variantPicker(
  { products, variants }: Catalogue,
  random: Random,
): (day: string, taken: ReadonlySet<string>) => Variant | undefined {
  const startOf = new Map(products.map(({ id, createdAt }) => [id, dayOf(createdAt)]));
  const ranked = random.shuffle(variants);
  return (day, taken) => {
    const candidate = ranked[Math.floor(random.next() ** 1.6 * ranked.length)];
    if (candidate === undefined || taken.has(candidate.id)) return undefined;
    return (startOf.get(candidate.productId) ?? day) < day ? candidate : undefined;
  };
}

function makeLines(
  { customer, placedAt, status }: Placement,
  pickVariant: ReturnType<typeof variantPicker>,
  random: Random,
): readonly OrderLine[] {
  const wanted = random.pick([1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6]);
  const lines: OrderLine[] = [];
  const taken = new Set<string>();
  while (lines.length < wanted) {
    const variant = pickVariant(dayOf(placedAt), taken);
    if (variant === undefined) continue;
    taken.add(variant.id);
    const most = customer.kind === 'COMPANY' ? random.pick([2, 4, 12]) : 2;
    // Half of one piece cannot be shipped.
    const least = status === 'PARTIALLY_SHIPPED' ? 2 : 1;
    lines.push({
      variantId: variant.id,
      sku: variant.sku,
      name: variant.name,
      quantity: random.integer(least, most),
      shippedQuantity: 0,
      unitPriceMinor: priceOn(variant, placedAt, customer.currency),
    });
  }
  return lines;
}

function makeOrder(number: string, placement: Placement, lines: readonly OrderLine[], random: Random): Order {
  const { customer, placedAt, status } = placement;
  const address = shippingAddressOf(customer, random);
  const shipments = makeShipments(number, placement, lines, random);
  const closedAt = status === 'CANCELLED' ? instantAfter(placedAt, random.integer(0, 4), random) : placedAt;
  return {
    id: globalIdOf('Order', number),
    number,
    customerId: customer.id,
    status,
    placedAt,
    currency: customer.currency,
    totalMinor: totalOf(lines),
    address,
    cancellationReason: status === 'CANCELLED' ? random.pick(CANCELLATION_REASONS) : null,
    version: 1 + shipments.length + (status === 'CANCELLED' ? 1 : 0),
    updatedAt: shipments.at(-1)?.shippedAt ?? closedAt,
    lines: lines.map((line, index) => ({ ...line, shippedQuantity: shippedOf(shipments, index + 1) })),
    shipments,
  };
}

function shippingAddressOf(customer: Customer, random: Random): Address {
  const isElsewhere = customer.address === null || random.chance(0.1);
  return isElsewhere ? makeAddress(random, regionOf(customer)) : customer.address;
}

function makeShipments(
  number: string,
  { placedAt, status }: Placement,
  lines: readonly OrderLine[],
  random: Random,
): readonly Shipment[] {
  if (status === 'PLACED' || status === 'CANCELLED') return [];
  const whole = lines.map(({ quantity }, index) => ({ position: index + 1, quantity }));
  const first = whole
    .map(({ position, quantity }) => ({ position, quantity: Math.floor(quantity / 2) }))
    .filter(({ quantity }) => quantity > 0);
  const isSplit = first.length > 0 && random.chance(0.1);
  const shippedAt = instantAfter(placedAt, random.integer(1, 6), random);
  const parcel = { ...makeParcel(random), shippedAt };
  if (status === 'PARTIALLY_SHIPPED') return [{ ...parcel, id: shipmentId(number, 1), lines: first }];
  if (!isSplit) return [{ ...parcel, id: shipmentId(number, 1), lines: whole }];
  const rest = whole
    .map(({ position, quantity }) => ({ position, quantity: quantity - Math.floor(quantity / 2) }))
    .filter(({ quantity }) => quantity > 0);
  return [
    { ...parcel, id: shipmentId(number, 1), lines: first },
    {
      ...makeParcel(random),
      id: shipmentId(number, 2),
      shippedAt: instantAfter(shippedAt, random.integer(1, 9), random),
      lines: rest,
    },
  ];
}

function makeParcel(random: Random): Pick<Shipment, 'carrier' | 'trackingNumber'> {
  const carrier = random.pick(CARRIERS);
  // The haulier has no tracking.
  if (carrier === 'Spedition Kruse') return { carrier, trackingNumber: null };
  return { carrier, trackingNumber: String(random.integer(10 ** 11, 10 ** 12 - 1)) };
}

function shipmentId(orderNumber: string, count: number): string {
  return globalIdOf('Shipment', `${orderNumber}/${count}`);
}

function shippedOf(shipments: readonly Shipment[], position: number): number {
  return shipments
    .flatMap(({ lines }) => lines)
    .filter((line) => line.position === position)
    .reduce((shipped, { quantity }) => shipped + quantity, 0);
}
