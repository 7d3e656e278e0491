/**
 * What the shop knows, as plain data. Amounts are whole minor units (cents, rappen), instants and days are text.
 */

import type { Counters } from './number-by-year.ts';
import type { Address, Currency } from './plain-values.ts';

export interface ShopData {
  readonly products: readonly Product[];
  readonly variants: readonly Variant[];
  readonly stock: readonly Stock[];
  readonly customerCopies: readonly CustomerCopy[];
  readonly invoiceCopies: readonly InvoiceCopy[];
  readonly carts: readonly Cart[];
  readonly orders: readonly Order[];
  readonly orderCounters: Counters;
}

export interface Product {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly createdAt: string;
}

export interface Variant {
  readonly id: string;
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly currency: Currency;
}

export interface Stock {
  readonly variantId: string;
  readonly onHand: number;
  readonly reserved: number;
  /** Oldest first; their changes add up to what is on hand. */
  readonly movements: readonly StockMovement[];
}

export interface StockMovement {
  readonly id: string;
  readonly change: number;
  readonly reason: string;
  readonly recordedBy: string;
  readonly createdAt: string;
}

export interface CustomerCopy {
  readonly customerId: string;
  readonly customerNumber: string;
  readonly name: string;
}

export interface InvoiceCopy {
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly orderId: string;
  readonly isPaid: boolean;
  readonly isCancelled: boolean;
}

export interface Cart {
  readonly id: string;
  readonly customerId: string;
  readonly updatedAt: string;
  readonly lines: readonly CartLine[];
}

export interface CartLine {
  readonly variantId: string;
  readonly quantity: number;
  readonly addedAt: string;
}

export interface Order {
  readonly id: string;
  readonly number: string;
  readonly customerId: string;
  readonly status: 'PLACED' | 'PARTIALLY_SHIPPED' | 'SHIPPED' | 'CANCELLED';
  readonly placedAt: string;
  readonly currency: Currency;
  readonly totalMinor: number;
  readonly address: Address;
  readonly cancellationReason: string | null;
  readonly version: number;
  readonly updatedAt: string;
  readonly lines: readonly OrderLine[];
  readonly shipments: readonly Shipment[];
}

export interface OrderLine {
  readonly variantId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly shippedQuantity: number;
  readonly unitPriceMinor: number;
}

export interface Shipment {
  readonly id: string;
  readonly carrier: string;
  readonly trackingNumber: string | null;
  readonly shippedAt: string;
  readonly lines: readonly ShipmentLine[];
}

export interface ShipmentLine {
  /** Of the order's line, counted from 1. */
  readonly position: number;
  readonly quantity: number;
}
