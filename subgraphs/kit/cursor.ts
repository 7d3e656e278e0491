/**
 * Keyset cursors: where a page ended, as the sort value and id of its last row. Opaque to clients; a cursor says
 * which order it belongs to, so that one from another list is refused instead of skipping rows in silence.
 */

import { badInput } from './known-error.ts';

export interface Cursor {
  /** The order that the cursor belongs to, such as `customers/NAME/ASC`. */
  readonly order: string;
  /** The sort column's value as PostgreSQL prints it, so that nothing is lost between the two. */
  readonly value: string;
  readonly id: string;
}

const LONGEST = 1000;

export function printCursor({ order, value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url');
}

/** Throws BAD_USER_INPUT naming the argument for anything that is not a cursor of this order. */
export function parseCursor(text: string, order: string, argument: string): Cursor {
  const parts = text.length > LONGEST ? undefined : decode(text);
  if (parts === undefined) throw badInput(argument, 'Not a cursor that this list gave out.');
  const [givenOrder, value, id] = parts;
  if (givenOrder !== order) throw badInput(argument, 'The cursor belongs to another list or another order.');
  return { order, value, id };
}

function decode(text: string): [string, string, string] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!isList(parts) || parts.length !== 3) return undefined;
    const [order, value, id] = parts;
    if (typeof order !== 'string' || typeof value !== 'string' || typeof id !== 'string') return undefined;
    return value.includes('\0') || id.includes('\0') ? undefined : [order, value, id];
  } catch {
    return undefined;
  }
}

/** Array.isArray would make the items any. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
