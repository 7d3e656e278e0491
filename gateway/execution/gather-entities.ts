/**
 * The objects of the unfinished response that a fetch is about: those at the end of the plan's path, where `@`
 * stands for every item of a list. Knows no schema.
 */

import { isRecord } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { getOwn, type Data } from './own-property.ts';

/**
 * In the order of the response. What an entity brought along is one list wherever the entity stands, and is walked
 * once: without that, entities that refer to each other would multiply with every step.
 */
export function gatherEntities(root: Data, path: readonly string[]): readonly Data[] {
  const found: Data[] = [];
  gather(root, path, 0, { found, lists: new Set() });
  return found;
}

interface Gathering {
  readonly found: Data[];
  readonly lists: Set<unknown>;
}

function gather(value: unknown, path: readonly string[], depth: number, gathering: Gathering): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (gathering.lists.has(value)) return;
    gathering.lists.add(value);
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (const item of value) gather(item, path, next, gathering);
    return;
  }
  const key = path[depth];
  // Reason for the casts: neither a primitive nor a list, so a JSON object.
  if (key === undefined) gathering.found.push(value as Data);
  else if (key !== '@') gather(getOwn(value as Data, key), path, depth + 1, gathering);
}

/** Every place of every object at the end of the path. Slower; only failures need places. */
export function placesOfEntities(root: Data, path: readonly string[]): ReadonlyMap<Data, readonly Path[]> {
  const places = new Map<Data, Path[]>();
  walk(root, path, 0, [], places);
  return places;
}

function walk(
  value: unknown,
  path: readonly string[],
  depth: number,
  at: Path,
  places: Map<Data, Path[]>,
): void {
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (const [index, item] of value.entries()) walk(item, path, next, [...at, index], places);
    return;
  }
  if (!isRecord(value)) return;
  const key = path[depth];
  if (key === undefined) places.set(value, [...(places.get(value) ?? []), at]);
  else if (key !== '@') walk(getOwn(value, key), path, depth + 1, [...at, key], places);
}
