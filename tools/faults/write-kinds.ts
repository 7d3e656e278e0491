/**
 * The mutations that clients of a fault run send, each with a text of its own in it, and where in the databases that
 * text shows how often it took effect. Knows the reference company's schema and tables.
 */

import type { Role } from '../../schema/contract/principal.ts';
import type { SystemName } from '../../schema/ownership.ts';

export interface WriteKind {
  readonly role: Role;
  readonly document: string;
  readonly system: SystemName;
  /** Rows `write` and `effect` (the id of what came of it) for every effect whose text begins with $1. */
  readonly effects: string;
  /** Where the answer names that id. */
  readonly effectIn?: readonly string[];
}

function mutation(name: string, selection: string): string {
  const input = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return `mutation Write($input: ${input}!) { ${name}(input: $input) { ${selection} } }`;
}

export const WRITE_KINDS = {
  adjustStock: {
    role: 'warehouse',
    document: mutation('adjustStock', 'variant { id stock }'),
    system: 'shop',
    effects: `select reason as write, id as effect from stock_movement where reason like $1 || '%'`,
  },
  // Setting the same twice is setting it once: the cart's lines at the end tell.
  setCartLine: {
    role: 'sales',
    document: mutation('setCartLine', 'cart { id lines { quantity } }'),
    system: 'shop',
    effects: `select null as write, null as effect where $1::text is null`,
  },
  placeOrder: {
    role: 'sales',
    document: mutation('placeOrder', 'order { id number version lines { quantity } }'),
    system: 'shop',
    effects: `select street as write, id as effect from customer_order where street like $1 || '%'`,
    effectIn: ['order', 'id'],
  },
  cancelOrder: {
    role: 'commerce',
    document: mutation('cancelOrder', 'order { id status }'),
    system: 'shop',
    effects: `select cancellation_reason as write, id as effect from customer_order
      where cancellation_reason like $1 || '%'`,
    effectIn: ['order', 'id'],
  },
  shipOrder: {
    role: 'warehouse',
    document: mutation('shipOrder', 'shipment { id }'),
    system: 'shop',
    effects: `select tracking_number as write, id as effect from shipment where tracking_number like $1 || '%'`,
    effectIn: ['shipment', 'id'],
  },
  issueInvoice: {
    role: 'finance',
    document: mutation('issueInvoice', 'invoice { id number }'),
    system: 'accounting',
    effects: `select line.description as write, invoice.id as effect
      from invoice_line line join invoice on invoice.id = line.invoice_id and invoice.kind = 'INVOICE'
      where line.description like $1 || '%'`,
    effectIn: ['invoice', 'id'],
  },
  recordPayment: {
    role: 'finance',
    document: mutation('recordPayment', 'payment { id invoice { number } }'),
    system: 'accounting',
    effects: `select reference as write, id as effect from payment where reference like $1 || '%'`,
    effectIn: ['payment', 'id'],
  },
  cancelInvoice: {
    role: 'finance',
    document: mutation('cancelInvoice', 'creditNote { id }'),
    system: 'accounting',
    effects: `select reason as write, id as effect from invoice where kind = 'CREDIT_NOTE' and reason like $1 || '%'`,
    effectIn: ['creditNote', 'id'],
  },
  createCustomer: {
    role: 'sales',
    document: mutation('createCustomer', 'customer { id number version }'),
    system: 'crm',
    effects: `select internal_notes as write, id as effect from customer where internal_notes like $1 || '%'`,
    effectIn: ['customer', 'id'],
  },
  // Each changes the phone number to its own text and adds one to the version: both at the end tell.
  updateCustomer: {
    role: 'sales',
    document: mutation('updateCustomer', 'customer { id version }'),
    system: 'crm',
    effects: `select null as write, null as effect where $1::text is null`,
  },
  logActivity: {
    role: 'sales',
    document: mutation('logActivity', 'activity { id subject }'),
    system: 'crm',
    effects: `select subject as write, id as effect from activity where subject like $1 || '%'`,
    effectIn: ['activity', 'id'],
  },
} as const satisfies Readonly<Record<string, WriteKind>>;

export type WriteName = keyof typeof WRITE_KINDS;

/** Nothing that a write did can refuse it, so any other refusal shows that it took effect before. */
export const EXPECTED_REFUSALS: ReadonlySet<string> = new Set(['INSUFFICIENT_STOCK']);

export function kindOf(name: WriteName): WriteKind {
  return WRITE_KINDS[name];
}
