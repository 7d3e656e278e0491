/**
 * Global ids: opaque keys that the owner of a type mints, such as `cus_4m8k0c1v9x2tq7r5w3yz`. The prefix tells a
 * person and a log which type it is; nothing may be read from the rest.
 */

import { hash, randomBytes } from 'node:crypto';

/** One prefix for each type that has a key, whoever owns it. */
export const ID_PREFIXES = {
  Customer: 'cus',
  Contact: 'con',
  Employee: 'emp',
  Deal: 'dea',
  Activity: 'act',
  Invoice: 'inv',
  Payment: 'pay',
  LedgerAccount: 'acc',
  JournalEntry: 'jou',
  Product: 'pro',
  ProductVariant: 'var',
  Order: 'ord',
  Cart: 'car',
  Shipment: 'shi',
  StockMovement: 'mov',
} as const;

export type KeyedType = keyof typeof ID_PREFIXES;

/** Crockford's base 32 in lower case: no i, l, o or u to mistake. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 20;
const SHAPE = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{20}$/;

/** A new id: 100 random bits. */
export function mintId(type: KeyedType): string {
  return `${ID_PREFIXES[type]}_${encode(randomBytes(LENGTH))}`;
}

/**
 * The id of a thing that has a natural key which never changes. Minting it twice gives the same id, so that
 * a create that is repeated makes no second one and seeds of several systems agree.
 */
export function globalIdOf(type: KeyedType, naturalKey: string): string {
  return `${ID_PREFIXES[type]}_${encode(hash('sha256', `${type}/${naturalKey}`, 'buffer'))}`;
}

/** The CRM mints a customer's id from its number, which is unique and never changes. */
export function customerIdOf(number: string): string {
  return globalIdOf('Customer', number);
}

/** Whether the value can be an id of the type; it may still be nobody's. */
export function isIdOf(type: KeyedType, id: string): boolean {
  return SHAPE.test(id) && id.startsWith(`${ID_PREFIXES[type]}_`);
}

function encode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, LENGTH)) text += ALPHABET.charAt(byte & 31);
  return text;
}
