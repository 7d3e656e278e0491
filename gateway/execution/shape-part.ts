/**
 * Cuts one part of an answer out of what the subgraphs gave: the fields that a deferred fragment adds to an object
 * that the client has already. What the client has stays as it is. Knows no subgraph and no format.
 */

import { getNamedType, isLeafType } from 'graphql';

import { isRecord } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import type { Occurrence } from './collect-occurrences.ts';
import { getOwn, setOwn, type Data } from './own-property.ts';
import {
  completeField,
  completeObject,
  NULL_SPREADS,
  objectTypeOf,
  type ShapedObject,
  type Shaping,
} from './shape-response.ts';

/** New fields of an object. */
export interface Patch {
  /** Of the object, in the names of the plan. */
  readonly path: Path;
  /** In the client's names. */
  readonly data: Data;
}

/**
 * The patches, those of outer objects first; undefined where a null spreads to an object that the client has.
 * `present` is what the client has of the object.
 */
export function shapeAddition(
  shaping: Shaping,
  object: ShapedObject,
  present: Data,
): readonly Patch[] | undefined {
  const patches: Patch[] = [];
  const isWhole = addObject({ shaping, patches }, object, present);
  return isWhole ? patches.filter(({ data }) => Object.keys(data).length > 0) : undefined;
}

/**
 * All fields of the fragment, also those that the client has, but for what is null to it: that stays so. Undefined where a
 * null spreads out of the fragment.
 */
export function shapeWhole(
  shaping: Shaping,
  object: ShapedObject,
  present: Data,
): readonly Patch[] | undefined {
  const { type, sets, value, path } = object;
  const shaped = completeObject(shaping, type, sets, { value, path });
  if (shaped === NULL_SPREADS) return undefined;
  // Reason for the cast: an object is completed to an object.
  const data = shaped as Data;
  keepNulls(data, present);
  return [{ path, data }];
}

/** Changes `given` in place. */
function keepNulls(given: unknown, present: unknown): void {
  if (typeof given !== 'object' || given === null || typeof present !== 'object' || present === null) return;
  // Reason for the casts: a list is read by its indexes like an object by its keys.
  const [into, from] = [given as Data, present as Data];
  for (const key of Object.keys(into)) {
    const had = getOwn(from, key);
    if (had === null) setOwn(into, key, null);
    else keepNulls(getOwn(into, key), had);
  }
}

interface Adding {
  readonly shaping: Shaping;
  readonly patches: Patch[];
}

/** False where a null spreads. */
function addObject(adding: Adding, object: ShapedObject, present: Data): boolean {
  const { shaping, patches } = adding;
  const { type, sets, value, path } = object;
  shaping.onObject?.(object);
  const data: Data = {};
  patches.push({ path, data });
  let isWhole = true;
  for (const [key, occurrence] of shaping.occurrencesOf(type, sets)) {
    const name = shaping.nameOf(key);
    const place = { value: getOwn(value, key), path: [...path, key] };
    if (Object.hasOwn(present, name)) {
      isWhole = addBelow(adding, { type, occurrence, ...place }, present[name]) && isWhole;
      continue;
    }
    const completed = completeField(shaping, type, occurrence, place);
    if (completed === NULL_SPREADS) isWhole = false;
    else setOwn(data, name, completed);
  }
  return isWhole;
}

interface PresentField {
  readonly type: ShapedObject['type'];
  readonly occurrence: Occurrence;
  readonly value: unknown;
  readonly path: Path;
}

function addBelow(adding: Adding, field: PresentField, present: unknown): boolean {
  if (Array.isArray(present)) {
    const items = Array.isArray(field.value) ? field.value : [];
    const whole = present.map((item: unknown, index) =>
      addBelow(adding, { ...field, value: items[index], path: [...field.path, index] }, item),
    );
    return !whole.includes(false);
  }
  const { type: parent, occurrence, value, path } = field;
  const definition = parent.getFields()[occurrence.fieldName];
  if (!isRecord(present) || !isRecord(value) || definition === undefined) return true;
  const named = getNamedType(definition.type);
  if (isLeafType(named)) return true;
  const type = objectTypeOf(adding.shaping, named, occurrence.sets, value);
  if (type === undefined) {
    // Nobody tells the type of what the client has: it stays, and the part cannot bring what it selects of it.
    adding.shaping.broken.push(path);
    return false;
  }
  return addObject(adding, { type, sets: occurrence.sets, value, path }, present);
}
