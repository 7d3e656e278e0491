/**
 * The objects of the unfinished response that a fetch is about: those at the end of the plan's path, where `@`
 * stands for every item of a list, and some objects are passed by for their types. Knows no schema.
 */

import { isRecord } from '../base/is-record.ts';
import { isMeant, isTypeStep } from '../planning/typed-paths.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { getOwn, type Data } from './own-property.ts';

/**
 * In the order of the response. What an entity brought along is one list wherever the entity stands, and is walked
 * once: without that, entities that refer to each other would multiply with every step.
 */
export function gatherEntities(root: Data, path: readonly string[]): readonly Data[] {
  const found: Data[] = [];
  gather(root, path, 0, { found, lists: new Set(), within: 0 });
  return found;
}

/** No answer has as many lists in one another; a subgraph that lies may send more than the stack holds. */
export const MOST_LISTS = 1_000;

interface Gathering {
  readonly found: Data[];
  readonly lists: Set<unknown>;
  /** In how many lists the value stands. */
  within: number;
}

function gather(value: unknown, path: readonly string[], depth: number, gathering: Gathering): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (gathering.within === MOST_LISTS || gathering.lists.has(value)) return;
    gathering.lists.add(value);
    const next = path[depth] === '@' ? depth + 1 : depth;
    gathering.within += 1;
    for (const item of value) gather(item, path, next, gathering);
    gathering.within -= 1;
    return;
  }
  // Reason for the cast: neither a primitive nor a list, so a JSON object.
  const object = value as Data;
  const key = path[depth];
  if (key === undefined) gathering.found.push(object);
  else if (key === '@') return;
  else if (!isTypeStep(key)) gather(getOwn(object, key), path, depth + 1, gathering);
  else if (isMeant(key, object)) gather(object, path, depth + 1, gathering);
}

/** For a fetch that reads what stands around its entities: each place of an entity by itself. */
export function visitEntities(root: Data, path: readonly string[], visit: VisitEntity): void {
  visitBelow(root, { path, depth: 0, above: [] }, visit);
}

/** `above` are the objects around the entity, from the root on; lists do not count. */
export type VisitEntity = (entity: Data, above: readonly Data[]) => void;

interface Descent {
  readonly path: readonly string[];
  readonly depth: number;
  readonly above: Data[];
}

function visitBelow(value: unknown, { path, depth, above }: Descent, visit: VisitEntity, within = 0): void {
  const key = path[depth];
  if (Array.isArray(value)) {
    if (within === MOST_LISTS) return;
    const next = key === '@' ? depth + 1 : depth;
    for (const item of value) visitBelow(item, { path, depth: next, above }, visit, within + 1);
    return;
  }
  if (!isRecord(value)) return;
  if (key === undefined) visit(value, above);
  if (key === undefined || key === '@') return;
  if (isTypeStep(key)) {
    if (isMeant(key, value)) visitBelow(value, { path, depth: depth + 1, above }, visit);
    return;
  }
  above.push(value);
  visitBelow(getOwn(value, key), { path, depth: depth + 1, above }, visit);
  above.pop();
}

/** The place of the object that many levels above a place. */
export function placeAbove(place: Path, levels: number): Path {
  const keys = place.flatMap((part, index) => (typeof part === 'string' ? [index] : []));
  const upTo = levels === 0 ? place.length : keys.at(-levels);
  return upTo === undefined ? [] : place.slice(0, upTo);
}

/** Every place of every object at the end of the path. Slower; only failures need places. */
export function placesOfEntities(root: Data, path: readonly string[]): ReadonlyMap<Data, readonly Path[]> {
  const places = new Map<Data, Path[]>();
  walk(root, path, [], places);
  return places;
}

/** `rest` is what of the plan's path is still ahead, `at` the place that was reached. */
function walk(value: unknown, rest: readonly string[], at: Path, places: Map<Data, Path[]>): void {
  const [key, ...further] = rest;
  if (Array.isArray(value)) {
    if (at.length > MOST_LISTS) return;
    const next = key === '@' ? further : rest;
    for (const [index, item] of value.entries()) walk(item, next, [...at, index], places);
    return;
  }
  if (!isRecord(value)) return;
  if (key === undefined) places.set(value, [...(places.get(value) ?? []), at]);
  else if (key === '@') return;
  else if (!isTypeStep(key)) walk(getOwn(value, key), further, [...at, key], places);
  else if (isMeant(key, value)) walk(value, further, at, places);
}
