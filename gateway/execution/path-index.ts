/**
 * What stands at paths of an answer, found by where it is. A null at a path has spread to it from below, or stands for
 * all below it, so that whatever is at, above or below a path can explain it. Knows no failure and no data.
 */

import type { Path } from '../upstream/subgraph-error.ts';
import { pathName } from './fetch-journal.ts';

interface Placed {
  readonly path: Path;
}

export class PathIndex<Item extends Placed> {
  /** By the names of their paths. */
  readonly #at = new Map<string, Item[]>();
  /** By the names of all beginnings of their paths. */
  readonly #from = new Map<string, Item[]>();

  constructor(items: readonly Item[] = []) {
    for (const item of items) this.add(item);
  }

  add(item: Item): void {
    listAt(this.#at, pathName(item.path)).push(item);
    for (const beginning of beginningsOf(item.path)) listAt(this.#from, pathName(beginning)).push(item);
  }

  /** Whether one of them is at the path, above it or below it. */
  covers(path: Path): boolean {
    return this.#from.has(pathName(path)) || beginningsOf(path).some((part) => this.#at.has(pathName(part)));
  }

  /** Those that cover the path. */
  around(path: Path): readonly Item[] {
    const above = beginningsOf(path.slice(0, -1)).flatMap((part) => this.#at.get(pathName(part)) ?? []);
    return [...above, ...(this.#from.get(pathName(path)) ?? [])];
  }
}

/** All beginnings of a path but the empty one. */
export function beginningsOf(path: Path): readonly Path[] {
  return path.map((_part, index) => path.slice(0, index + 1));
}

function listAt<Item>(lists: Map<string, Item[]>, name: string): Item[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}
