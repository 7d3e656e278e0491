/**
 * Numbers that look random and are the same on every machine and every run: the seed is a name. Each generator has
 * a stream of its own, so that a change in one leaves the others' data as it was. Not for secrets.
 */

export interface Random {
  /** From 0 up to, but not including, 1. */
  readonly next: () => number;
  /** A whole number, both ends included. */
  readonly integer: (from: number, to: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <Item>(list: readonly Item[]) => Item;
  readonly shuffle: <Item>(list: readonly Item[]) => Item[];
}

/** mulberry32, which is public domain, on an FNV-1a hash of the name. */
export function seededRandom(name: string): Random {
  let state = hashName(name);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    integer,
    chance: (share) => next() < share,
    pick: (list) => itemAt(list, integer(0, list.length - 1)),
    shuffle: (list) => shuffle(list, integer),
  };
}

/**
 * Labels in a random order, each as often as its share says and, while there is room, at least once: a company of
 * forty customers has every awkward case too. The largest share takes what rounding leaves.
 */
export function shareOut<Label extends string>(
  random: Random,
  count: number,
  shares: Readonly<Record<Label, number>>,
): Label[] {
  // Object.keys gives string[]; the record has no other keys than its labels.
  const labels = (Object.keys(shares) as Label[]).sort((left, right) => shares[right] - shares[left]);
  const [largest, ...others] = labels;
  if (largest === undefined) return [];
  const sum = labels.reduce((total, label) => total + shares[label], 0);
  const rare = others.flatMap((label) =>
    repeat(label, Math.max(1, Math.round((count * shares[label]) / sum))),
  );
  const all = [...rare.slice(0, count), ...repeat(largest, Math.max(0, count - rare.length))];
  return random.shuffle(all);
}

/** For a place in a list that is known to be taken. */
export function itemAt<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  if (item === undefined) throw new Error(`There is no item ${index} among ${list.length}.`);
  return item;
}

function shuffle<Item>(list: readonly Item[], integer: Random['integer']): Item[] {
  const shuffled = [...list];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = integer(0, index);
    [shuffled[index], shuffled[other]] = [itemAt(shuffled, other), itemAt(shuffled, index)];
  }
  return shuffled;
}

function repeat<Label>(label: Label, times: number): Label[] {
  return Array.from({ length: times }, () => label);
}

function hashName(name: string): number {
  return [...name].reduce(
    (hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193),
    0x811c9dc5,
  );
}
