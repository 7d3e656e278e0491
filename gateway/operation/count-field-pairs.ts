/**
 * How many pairs of selections validation must compare, because they may stand for one key of the answer (GraphQL,
 * 5.3.2 "Field Selection Merging"): the part of validation whose time grows with the square. Knows no schema.
 */

import { Kind, type SelectionSetNode } from 'graphql';

import type { Fragments } from './measure-document.ts';

interface Level {
  /** The inner selections of each key, as often as it is selected. */
  readonly keys: Map<string, (SelectionSetNode | undefined)[]>;
  readonly spread: Set<string>;
}

/**
 * Counts no further than `enough`. Its time is that of reading the document once, and some for each pair: what no
 * other selection is merged with is looked at once, however often its fragment is used. No fragment may contain itself.
 */
export function countFieldPairs(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  enough = Infinity,
): number {
  const known = new Map<SelectionSetNode, number>();
  let found = pairsAmong(fragments.size);

  function pairsOf(level: readonly SelectionSetNode[]): number {
    const [only] = level;
    const before = level.length === 1 && only !== undefined ? known.get(only) : undefined;
    if (before !== undefined) {
      found += before;
      return before;
    }
    const pairs = pairsBelow(level);
    if (level.length === 1 && only !== undefined) known.set(only, pairs);
    return pairs;
  }

  function pairsBelow(level: readonly SelectionSetNode[]): number {
    const { keys, spread }: Level = { keys: new Map(), spread: new Set() };
    for (const set of level) collect(set, fragments, { keys, spread });
    let pairs = pairsAmong(spread.size);
    for (const same of keys.values()) pairs += pairsAmong(same.length);
    found += pairs;
    for (const same of keys.values()) {
      const inner = same.filter((set) => set !== undefined);
      if (inner.length > 0 && found <= enough) pairs += pairsOf(inner);
    }
    return pairs;
  }

  for (const set of sets) if (found <= enough) pairsOf([set]);
  return found;
}

/** One level of the answer, wherever in the document its fields stand. */
function collect({ selections }: SelectionSetNode, fragments: Fragments, level: Level): void {
  const { keys, spread } = level;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const same = keys.get(key) ?? [];
      same.push(selection.selectionSet);
      keys.set(key, same);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      collect(selection.selectionSet, fragments, level);
    } else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined) collect(fragment.selectionSet, fragments, level);
    }
  }
}

function pairsAmong(count: number): number {
  return (count * (count - 1)) / 2;
}
