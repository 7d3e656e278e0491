/**
 * Whether whoever meets all of some demands meets another one too. Says yes only where it can show it. Knows no field.
 */

import type { Demand } from './demand.ts';

/** More ways than this are not looked at. */
const MOST_WAYS = 1_000;

export function isImplied(demand: Demand, by: readonly Demand[]): boolean {
  if (demand.kind === 'authenticated') return by.some(({ kind }) => kind === 'authenticated');
  const ways = by.reduce<readonly (readonly string[])[] | undefined>(
    (known, each) => {
      if (each.kind !== demand.kind || known === undefined) return known;
      if (known.length * each.anyOf.length > MOST_WAYS) return undefined;
      return known.flatMap((way) => each.anyOf.map((all) => [...way, ...all]));
    },
    [[]],
  );
  if (ways === undefined) return false;
  return ways.every((way) => demand.anyOf.some((all) => all.every((name) => way.includes(name))));
}
