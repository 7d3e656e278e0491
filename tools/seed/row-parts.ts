/**
 * Shapes that the tables of several systems share: an address in four columns, lines that count from 1.
 */

import type { Counters } from './number-by-year.ts';
import type { Address } from './plain-values.ts';

type AddressColumns = Readonly<Record<keyof Address, string | null>>;

const UNKNOWN_ADDRESS: AddressColumns = { street: null, postalCode: null, city: null, country: null };

export function addressColumns(address: Address | null): AddressColumns {
  return address ?? UNKNOWN_ADDRESS;
}

export function numbered<Line extends object>(
  lines: readonly Line[],
): readonly (Line & { position: number })[] {
  return lines.map((line, index) => ({ ...line, position: index + 1 }));
}

export function counterRows(counters: Counters): readonly { readonly year: string; readonly last: number }[] {
  return Object.entries(counters).map(([year, last]) => ({ year, last }));
}
