/**
 * What one client of a fault run believes the company to hold of its own: one customer's cart, the orders, invoices
 * and customers that it made. Chooses the next write from it and takes in what it was told. Knows no transport.
 */

import type { JsonObject } from '../../gateway/base/is-record.ts';
import { isRecord } from '../../gateway/base/is-record.ts';
import type { Random } from '../seed/seeded-random.ts';
import type { Write } from './journal.ts';
import type { WriteName } from './write-kinds.ts';

const ADDRESS = { postalCode: '20457', city: 'Hamburg', country: 'DE' };
const EUROS = { amount: '10.00', currency: 'EUR' };

export interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** A customer as its only writer left it. */
export interface KeptCustomer extends Versioned {
  readonly phone: string | null;
}

export interface NextWrite {
  readonly name: WriteName;
  readonly input: JsonObject;
}

export class ClientModel {
  readonly customerId: string;
  readonly cart: Map<string, number>;
  readonly customers = new Map<string, KeptCustomer>();
  readonly #variants: readonly string[];
  readonly #random: Random;
  #orders: readonly Versioned[] = [];
  #invoices: readonly string[] = [];

  constructor(
    customerId: string,
    company: { readonly variants: readonly string[]; readonly cart: ReadonlyMap<string, number> },
    random: Random,
  ) {
    this.customerId = customerId;
    this.cart = new Map(company.cart);
    this.#variants = company.variants;
    this.#random = random;
  }

  next(id: string): NextWrite {
    const { customerId } = this;
    const lines = [{ description: id, quantity: 2, unitPrice: EUROS }];
    return this.#random.pick<NextWrite>([
      this.#adjustment(id),
      { name: 'issueInvoice', input: { customerId, lines } },
      { name: 'createCustomer', input: { kind: 'COMPANY', name: `Company ${id}`, internalNotes: id } },
      { name: 'logActivity', input: { customerId, kind: 'NOTE', subject: id } },
      this.#cartOrOrder(id),
      this.#cartOrOrder(id),
      ...this.#withOrder(id),
      ...this.#withInvoice(id),
      ...this.#withCustomer(id),
    ]);
  }

  /** After the write was done; `answer` is the mutation's payload. */
  take({ id, name, input }: Write, answer: JsonObject): void {
    switch (name) {
      case 'setCartLine':
        this.#takeCartLine(input);
        return;
      case 'placeOrder':
        this.cart.clear();
        this.#orders = [...this.#orders, versionedIn(answer, 'order')];
        return;
      case 'cancelOrder':
      case 'shipOrder':
        this.#orders = this.#orders.filter((order) => order.id !== input['orderId']);
        return;
      case 'issueInvoice':
        this.#invoices = [...this.#invoices, versionedIn(answer, 'invoice').id];
        return;
      case 'cancelInvoice':
        this.#invoices = this.#invoices.filter((invoice) => invoice !== input['invoiceId']);
        return;
      case 'createCustomer':
      case 'updateCustomer': {
        const customer = versionedIn(answer, 'customer');
        this.customers.set(customer.id, { ...customer, phone: name === 'updateCustomer' ? id : null });
        return;
      }
      case 'adjustStock':
      case 'recordPayment':
      case 'logActivity':
        return;
    }
  }

  /** Of what a write that has no known end may have changed, this client knows nothing any more. */
  forget({ name, input }: Write): void {
    this.#orders = this.#orders.filter(({ id }) => id !== input['orderId']);
    this.#invoices = this.#invoices.filter((id) => id !== input['invoiceId']);
    if (name === 'updateCustomer') this.customers.delete(String(input['id']));
  }

  #withOrder(id: string): readonly NextWrite[] {
    const [order] = this.#orders;
    if (order === undefined) return [];
    const { id: orderId, version: expectedVersion } = order;
    return [
      { name: 'shipOrder', input: { orderId, carrier: 'Fault Parcels', trackingNumber: id } },
      { name: 'cancelOrder', input: { orderId, expectedVersion, reason: id } },
    ];
  }

  #withInvoice(id: string): readonly NextWrite[] {
    const [invoiceId] = this.#invoices;
    if (invoiceId === undefined) return [];
    const payment = (amount: string) => ({ invoiceId, amount: { ...EUROS, amount }, reference: id });
    return [
      { name: 'recordPayment', input: payment('0.50') },
      { name: 'recordPayment', input: payment('0.01') },
      { name: 'cancelInvoice', input: { invoiceId, reason: id } },
    ];
  }

  #withCustomer(id: string): readonly NextWrite[] {
    const customer = [...this.customers.values()].at(-1);
    if (customer === undefined) return [];
    const { id: customerId, version: expectedVersion } = customer;
    return [{ name: 'updateCustomer', input: { id: customerId, expectedVersion, phone: id } }];
  }

  #adjustment(id: string): NextWrite {
    // More is added than taken, so that the shelves do not run empty.
    const change = this.#random.chance(0.3) ? -this.#random.integer(1, 3) : this.#random.integer(1, 5);
    return {
      name: 'adjustStock',
      input: { variantId: this.#random.pick(this.#variants), change, reason: id },
    };
  }

  #cartOrOrder(id: string): NextWrite {
    const { customerId } = this;
    const isFull = this.cart.size > 2 || (this.cart.size > 0 && this.#random.chance(0.6));
    if (isFull)
      return { name: 'placeOrder', input: { customerId, shippingAddress: { ...ADDRESS, street: id } } };
    const variantId = this.#random.pick(this.#variants);
    return { name: 'setCartLine', input: { customerId, variantId, quantity: this.#random.integer(1, 3) } };
  }

  #takeCartLine({ variantId, quantity }: JsonObject): void {
    if (Number(quantity) === 0) this.cart.delete(String(variantId));
    else this.cart.set(String(variantId), Number(quantity));
  }
}

function versionedIn(answer: JsonObject, name: string): Versioned {
  const found = answer[name];
  if (!isRecord(found) || typeof found['id'] !== 'string') throw new Error(`the answer names no ${name}`);
  return { id: found['id'], version: Number(found['version'] ?? 0) };
}
