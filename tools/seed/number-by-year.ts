/**
 * Numbers as printed on documents, such as `R-2026-000123`: each year counts from 1, without gaps, in the order of
 * the instants. Knows no kind of document.
 */

/** The last number of each year, to go on counting from. */
export type Counters = Readonly<Record<string, number>>;

export interface Numbered<Item> {
  /** In the order of their numbers. */
  readonly items: readonly (readonly [number: string, item: Item])[];
  readonly counters: Counters;
}

/** What falls on the same instant keeps the order in which it was given. */
export function numberByYear<Item>(
  letter: string,
  items: readonly Item[],
  instantOf: (item: Item) => string,
): Numbered<Item> {
  const counters: Record<string, number> = {};
  const sorted = items.toSorted((left, right) => compareText(instantOf(left), instantOf(right)));
  const numbered = sorted.map((item): readonly [string, Item] => {
    const year = instantOf(item).slice(0, 4);
    const count = (counters[year] ?? 0) + 1;
    counters[year] = count;
    return [`${letter}-${year}-${String(count).padStart(6, '0')}`, item];
  });
  return { items: numbered, counters };
}

/** By code unit, the same on every machine, unlike a comparison by locale. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
