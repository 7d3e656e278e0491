/**
 * Failures that a client has been told, found by where they are: of a list in parts each item has its own, and nobody
 * may walk over all of them for each. Knows no part and no data.
 */

import type { Path } from '../upstream/subgraph-error.ts';
import { pathName, type FieldFailure } from './fetch-journal.ts';
import { PathIndex } from './path-index.ts';

export class ToldFailures {
  readonly #names = new Set<string>();
  readonly #byPath = new PathIndex<FieldFailure>();

  add(failure: FieldFailure): void {
    const name = nameOf(failure);
    if (this.#names.has(name)) return;
    this.#names.add(name);
    this.#byPath.add(failure);
  }

  has(failure: FieldFailure): boolean {
    return this.#names.has(nameOf(failure));
  }

  /** Whether one of them explains a null at the path. */
  covers(path: Path): boolean {
    return this.#byPath.covers(path);
  }

  /** Those that cover the path. */
  around(path: Path): readonly FieldFailure[] {
    return this.#byPath.around(path);
  }
}

/** Several fetches may have failed alike. */
export function nameOf({ path, code, facts }: FieldFailure): string {
  return pathName([...path, code, facts.subgraph ?? '']);
}
