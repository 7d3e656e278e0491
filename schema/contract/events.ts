/**
 * What the systems tell each other: one envelope, one shape of data for each type of event, and who adopts it. Names
 * are those of the schema. Knows no transport and no table.
 */

import { z } from 'zod';

import { isSystemName, OWNERSHIP, type SystemName } from '../ownership.ts';

/** As the schema's `Money`: a decimal string and a currency code. */
const money = z.object({ amount: z.string(), currency: z.string() });

const address = z.object({
  street: z.string(),
  postalCode: z.string(),
  city: z.string(),
  country: z.string(),
});

const customer = z.object({
  number: z.string(),
  kind: z.string(),
  name: z.string(),
  billingAddress: address.nullable(),
});

const orderLine = z.object({
  position: z.int(),
  variantId: z.string(),
  sku: z.string(),
  name: z.string(),
  quantity: z.int(),
  unitPrice: money,
});

/** Whatever became of an order, whoever adopts it gets the whole of it, so that no event needs another before it. */
const order = z.object({
  number: z.string(),
  customerId: z.string(),
  status: z.string(),
  placedAt: z.iso.datetime(),
  total: money,
  lines: z.array(orderLine),
  cancellationReason: z.string().nullable(),
});

const invoice = z.object({
  number: z.string(),
  customerId: z.string(),
  orderId: z.string().nullable(),
  status: z.string(),
  issuedOn: z.string(),
  dueOn: z.string(),
  total: money,
  paid: money,
});

const shippedOrder = order.extend({
  shipment: z.object({
    id: z.string(),
    carrier: z.string(),
    trackingNumber: z.string().nullable(),
    shippedAt: z.iso.datetime(),
    lines: z.array(z.object({ position: z.int(), quantity: z.int() })),
  }),
});

/** `stock` is what can still be ordered, as `ProductVariant.stock`. */
const stock = z.object({ sku: z.string(), stock: z.int(), onHand: z.int(), reserved: z.int() });

/** What the data of each type holds. A receiver ignores what it does not know, so that a shape may grow. */
export const EVENT_DATA = {
  'customer.changed': customer,
  'order.placed': order,
  'order.cancelled': order,
  'order.shipped': shippedOrder,
  'stock.changed': stock,
  'invoice.issued': invoice,
  'invoice.paid': invoice,
  'invoice.cancelled': invoice,
} as const;

export type EventType = keyof typeof EVENT_DATA;
export type EventData<Type extends EventType> = z.output<(typeof EVENT_DATA)[Type]>;

/** What changes, and whose versions are counted. */
export type EntityName = 'Customer' | 'Order' | 'ProductVariant' | 'Invoice';

export interface EventRoute {
  readonly from: SystemName;
  readonly entity: EntityName;
  /** Who keeps a copy and is told; nobody where only those who look on want to know. */
  readonly adoptedBy: readonly SystemName[];
}

export const EVENTS: Readonly<Record<EventType, EventRoute>> = {
  'customer.changed': { from: 'crm', entity: 'Customer', adoptedBy: ['accounting', 'shop'] },
  'order.placed': { from: 'shop', entity: 'Order', adoptedBy: ['accounting'] },
  'order.cancelled': { from: 'shop', entity: 'Order', adoptedBy: ['accounting'] },
  'order.shipped': { from: 'shop', entity: 'Order', adoptedBy: [] },
  'stock.changed': { from: 'shop', entity: 'ProductVariant', adoptedBy: [] },
  'invoice.issued': { from: 'accounting', entity: 'Invoice', adoptedBy: ['shop'] },
  'invoice.paid': { from: 'accounting', entity: 'Invoice', adoptedBy: ['shop'] },
  'invoice.cancelled': { from: 'accounting', entity: 'Invoice', adoptedBy: ['shop'] },
};

export interface EventEnvelope<Type extends EventType = EventType> {
  /** The same whenever the event is delivered again: the `webhook-id`. */
  readonly id: string;
  readonly type: Type;
  readonly entity: { readonly type: EntityName; readonly id: string };
  /** Of the entity, counted by its owner: whoever has a later one ignores this. */
  readonly version: number;
  /** An instant in UTC. */
  readonly occurredAt: string;
  /** The owner repeats its present state because a copy differs, so it counts even where the version is known. */
  readonly repairs?: boolean | undefined;
  readonly data: EventData<Type>;
}

/** One of all types; its `type` tells which data it has. */
export type CompanyEvent = { readonly [Type in EventType]: EventEnvelope<Type> }[EventType];

const envelope = z.object({
  id: z.string().min(1).max(200),
  type: z.enum(Object.keys(EVENT_DATA)),
  entity: z.object({ type: z.string(), id: z.string().min(1).max(200) }),
  version: z.int().min(1),
  occurredAt: z.iso.datetime(),
  repairs: z.boolean().optional(),
  data: z.unknown(),
});

/** Gives undefined for what is no event of this contract. */
export function parseEvent(value: unknown): CompanyEvent | undefined {
  const outer = envelope.safeParse(value);
  if (!outer.success) return undefined;
  // Reason for the cast: the schema lets only the keys of EVENT_DATA through.
  const type = outer.data.type as EventType;
  const data = EVENT_DATA[type].safeParse(outer.data.data);
  if (!data.success || outer.data.entity.type !== EVENTS[type].entity) return undefined;
  // Reason for the cast: the data was read by the shape of this very type.
  return { ...outer.data, type, data: data.data } as CompanyEvent;
}

/** The types of a system's own events. */
export function eventTypesOf(system: SystemName): readonly EventType[] {
  // Reason for the cast: Object.keys forgets the keys of a record that has them all.
  return (Object.keys(EVENTS) as EventType[]).filter((type) => EVENTS[type].from === system);
}

/** Who is told something by a system, in the order of `schema/ownership.ts`. */
export function subscribersOf(system: SystemName): readonly SystemName[] {
  const adopters = new Set(eventTypesOf(system).flatMap((type) => EVENTS[type].adoptedBy));
  return Object.keys(OWNERSHIP)
    .filter(isSystemName)
    .filter((name) => adopters.has(name));
}
