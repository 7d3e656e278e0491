/**
 * Failures that a client has been told, found by where they are: of a list in parts each item has its own, and nobody
 * may walk over all of them for each. Knows no part and no data.
 */

import type { Path } from '../upstream/subgraph-error.ts';
import { beginningsOf } from './explain-nulls.ts';
import { pathName, type FieldFailure } from './fetch-journal.ts';

export class ToldFailures {
  readonly #byName = new Map<string, FieldFailure>();
  /** By the names of their paths. */
  readonly #at = new Map<string, FieldFailure[]>();
  /** By the names of all beginnings of their paths. */
  readonly #from = new Map<string, FieldFailure[]>();

  add(failure: FieldFailure): void {
    const name = nameOf(failure);
    if (this.#byName.has(name)) return;
    this.#byName.set(name, failure);
    listAt(this.#at, pathName(failure.path)).push(failure);
    for (const beginning of beginningsOf(failure.path)) listAt(this.#from, pathName(beginning)).push(failure);
  }

  has(failure: FieldFailure): boolean {
    return this.#byName.has(nameOf(failure));
  }

  /** Whether one of them is at the path, above it, or below it, from where a null has spread. */
  covers(path: Path): boolean {
    return this.#from.has(pathName(path)) || beginningsOf(path).some((part) => this.#at.has(pathName(part)));
  }

  /** Those that cover the path. */
  around(path: Path): readonly FieldFailure[] {
    const above = beginningsOf(path.slice(0, -1)).flatMap((part) => this.#at.get(pathName(part)) ?? []);
    return [...above, ...(this.#from.get(pathName(path)) ?? [])];
  }
}

/** Several fetches may have failed alike. */
export function nameOf({ path, code, facts }: FieldFailure): string {
  return pathName([...path, code, facts.subgraph ?? '']);
}

function listAt(lists: Map<string, FieldFailure[]>, name: string): FieldFailure[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}
