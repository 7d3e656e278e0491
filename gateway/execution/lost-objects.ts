/**
 * Objects that a client had and that a later part has taken away: a part that repeats what the client has may lose an
 * object to a null that spread, which the part before did not ask for. Knows no part and no format.
 */

import { isRecord } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import type { Data } from './own-property.ts';

/** Puts null into `present` wherever `given` has it in the place of an object; gives the paths, from `at` on. */
export function takeAway(present: Data, given: Data, at: Path): readonly Path[] {
  return Object.entries(given).flatMap(([key, value]) => takeAt(present, key, { value, path: [...at, key] }));
}

interface GivenAt {
  readonly value: unknown;
  readonly path: Path;
}

function takeAt(holder: Data | unknown[], key: string | number, { value, path }: GivenAt): readonly Path[] {
  // Reason for the cast: a list is read by its indexes like an object by its keys.
  const holding = holder as Data;
  const present = Object.hasOwn(holding, key) ? holding[key] : undefined;
  if (typeof present !== 'object' || present === null) return [];
  if (value === null) {
    holding[key] = null;
    return [path];
  }
  if (Array.isArray(present) && Array.isArray(value))
    return value.flatMap((item: unknown, index) =>
      takeAt(present, index, { value: item, path: [...path, index] }),
    );
  return isRecord(present) && isRecord(value) ? takeAway(present, value, path) : [];
}
