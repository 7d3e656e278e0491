/**
 * Out of the answer to several entity fetches the one that a single fetch would have had. Knows no query.
 */

import type { SubgraphAnswer } from '../upstream/subgraph-client.ts';
import type { Path, SubgraphError } from '../upstream/subgraph-error.ts';
import { copyOf } from './copy-of.ts';

export const ENTITIES = '_entities';

export interface Share {
  /** Under which the entities were asked. */
  readonly alias: string;
  /** Those of all lists that were asked for together. */
  readonly aliases: readonly string[];
  /** How many entities were asked under it. */
  readonly count: number;
  /** For each representation of the fetch the place of its entity in the answer; undefined where that is its own. */
  readonly places: readonly number[] | undefined;
  /** The places whose entities another fetch has got already. It will change them, so the next gets a copy. */
  readonly taken: Set<number>;
}

export function partOf(whole: SubgraphAnswer, share: Share): SubgraphAnswer {
  if (whole.kind === 'failed' || whole.data === null) return whole;
  const { alias, count } = share;
  const errors = whole.errors.flatMap((error) => errorsFor(error, share));
  const all = whole.data[alias];
  // Of a list with another length nobody knows which entity is whose.
  const isWhole = Array.isArray(all) && all.length === count;
  return { kind: 'answered', data: { [ENTITIES]: isWhole ? entitiesOf(all, share) : null }, errors };
}

function entitiesOf(all: readonly unknown[], { places, taken }: Share): readonly unknown[] {
  if (places === undefined) return all;
  return places.map((place) => {
    if (taken.has(place)) return copyOf(all[place]);
    taken.add(place);
    return all[place];
  });
}

/** What leads to no place that was asked for may be about any of them. */
function errorsFor(error: SubgraphError, { alias, aliases, count, places }: Share): readonly SubgraphError[] {
  const [field, place, ...rest] = error.path ?? [];
  if (field === undefined) return [error];
  const at = (path: Path) => ({ ...error, path: [ENTITIES, ...path] });
  if (field !== alias) return aliases.includes(String(field)) ? [] : [at([])];
  if (typeof place !== 'number' || place < 0 || place >= count) return [at([])];
  if (places === undefined) return [at([place, ...rest])];
  // Several representations may have found one place.
  return places.flatMap((each, index) => (each === place ? [at([index, ...rest])] : []));
}
