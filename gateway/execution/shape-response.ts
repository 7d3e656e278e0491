/**
 * Cuts the client's answer out of what the subgraphs gave, value by value as the GraphQL spec completes them
 * (section 6.4.3), noting where a value had to become null. Slower than the generated projection, and the judge of
 * what is right. Knows no subgraph.
 */

import {
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

import { isWrittenNumber } from '../base/exact-json.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { collectOnce, type Occurrence, type OccurrencesOf, type ScopedSet } from './collect-occurrences.ts';
import type { RefusedPlace } from './refused-fields.ts';
import { getOwn, setOwn, type Data } from './own-property.ts';
import { isRootType } from './root-types.ts';
import { isTypeBlind } from './type-blind.ts';

export interface ShapedResponse {
  readonly data: Data | null;
  /** Where the subgraphs gave no value that the schema allows. */
  readonly broken: readonly Path[];
  readonly refused: readonly RefusedPlace[];
}

export interface ShapedOperation {
  readonly schema: GraphQLSchema;
  readonly rootType: GraphQLObjectType;
  readonly sets: readonly ScopedSet[];
  /** Under which name the answer has a field; the names of the plan where it is left out. */
  readonly nameOf?: (plannedKey: string) => string;
}

/** An object on its way into the answer, with what is selected of it. */
export interface ShapedObject {
  readonly type: GraphQLObjectType | GraphQLInterfaceType;
  readonly sets: readonly ScopedSet[];
  readonly value: Data;
  readonly path: Path;
}

export interface Shaping {
  readonly schema: GraphQLSchema;
  readonly occurrencesOf: OccurrencesOf;
  readonly nameOf: (plannedKey: string) => string;
  readonly broken: Path[];
  /** Where whoever asks may see nothing; left out where nothing of the operation is refused. */
  readonly refused?: RefusedPlace[];
  /** Where the subgraphs gave nothing at all and null may stand. */
  readonly missing?: Path[];
  /** Where they gave null. */
  readonly given?: Path[];
  /** Told every object, also one that does not get into the answer because a null spreads over it. */
  readonly onObject?: (object: ShapedObject) => void;
}

/** A null where none may be: it takes the place of the nearest parent that may be null. */
export const NULL_SPREADS = Symbol('null spreads');

export function shapeResponse(
  { schema, rootType, sets, nameOf = (key) => key }: ShapedOperation,
  root: Data,
): ShapedResponse {
  const refused: RefusedPlace[] = [];
  const shaping: Shaping = { schema, occurrencesOf: collectOnce(schema), nameOf, broken: [], refused };
  const data = completeObject(shaping, rootType, sets, { value: root, path: [] });
  // Reason for the cast: an object is completed to an object, or its null spreads.
  return { data: data === NULL_SPREADS ? null : (data as Data), broken: shaping.broken, refused };
}

/** The client's data where the subgraphs gave every value of it, and undefined where something is missing or wrong. */
export function wholeResponse(
  { rootType, sets, ...shaping }: ShapedOperation & Pick<Shaping, 'nameOf' | 'onObject'>,
  root: Data,
): Data | undefined {
  const [broken, missing]: [Path[], Path[]] = [[], []];
  const occurrencesOf = collectOnce(shaping.schema);
  const place = { value: root, path: [] };
  const data = completeObject({ ...shaping, occurrencesOf, broken, missing }, rootType, sets, place);
  // Reason for the cast: what is not broken is an object.
  return broken.length + missing.length === 0 ? (data as Data) : undefined;
}

export interface Place {
  readonly value: unknown;
  readonly path: Path;
}

/** Data, or NULL_SPREADS. */
export function completeObject(
  shaping: Shaping,
  type: GraphQLObjectType | GraphQLInterfaceType,
  sets: readonly ScopedSet[],
  place: Place & { readonly value: Data },
): unknown {
  const shaped: Data = {};
  let spreads = false;
  shaping.onObject?.({ type, sets, ...place });
  for (const [key, occurrence] of shaping.occurrencesOf(type, sets)) {
    const value = completeField(shaping, type, occurrence, {
      value: getOwn(place.value, key),
      path: [...place.path, key],
    });
    // The other fields are completed too: each null of theirs that breaks a promise has its own error.
    if (value === NULL_SPREADS) spreads = true;
    else setOwn(shaped, shaping.nameOf(key), value);
  }
  return spreads ? NULL_SPREADS : shaped;
}

export function completeField(
  shaping: Shaping,
  type: GraphQLObjectType | GraphQLInterfaceType,
  occurrence: Occurrence,
  place: Place,
): unknown {
  const field = type.getFields()[occurrence.fieldName];
  if (occurrence.refusals !== undefined) {
    shaping.refused?.push({ path: place.path, refusals: occurrence.refusals });
    // The name of a type is never null.
    return field === undefined || isNonNullType(field.type) ? NULL_SPREADS : null;
  }
  if (occurrence.fieldName === '__typename') return type.name;
  return field === undefined ? place.value : completeValue(shaping, field.type, occurrence.sets, place);
}

function completeValue(
  shaping: Shaping,
  type: GraphQLOutputType,
  sets: readonly ScopedSet[],
  place: Place,
): unknown {
  if (isNonNullType(type)) {
    if (place.value == null) shaping.broken.push(place.path);
    const value = completeValue(shaping, type.ofType, sets, place);
    return value === null ? NULL_SPREADS : value;
  }
  if (place.value == null) {
    (place.value === null ? shaping.given : shaping.missing)?.push(place.path);
    return null;
  }
  if (isListType(type)) return completeList(shaping, type.ofType, sets, place);
  if (isLeafType(type)) return completeLeaf(shaping, type, place);
  const { value } = place;
  const isObject = isRecord(value) && !isWrittenNumber(value);
  const objectType = isObject ? objectTypeOf(shaping, type, sets, value) : undefined;
  if (!isObject || objectType === undefined) return broken(shaping, place);
  const object = completeObject(shaping, objectType, sets, { value, path: place.path });
  return object === NULL_SPREADS ? null : object;
}

function completeList(
  shaping: Shaping,
  itemType: GraphQLOutputType,
  sets: readonly ScopedSet[],
  place: Place,
): unknown {
  if (!Array.isArray(place.value)) return broken(shaping, place);
  const items = place.value.map((value: unknown, index) =>
    completeValue(shaping, itemType, sets, { value, path: [...place.path, index] }),
  );
  return items.includes(NULL_SPREADS) ? null : items;
}

function completeLeaf(shaping: Shaping, type: GraphQLLeafType, place: Place): unknown {
  const value = leafValue(type, place.value);
  return value === undefined ? broken(shaping, place) : value;
}

function broken(shaping: Shaping, { path }: Place): null {
  shaping.broken.push(path);
  return null;
}

function finite(value: unknown): number | undefined {
  const number = isWrittenNumber(value) ? Number(value.rawJSON) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (isWrittenNumber(value)) return /^-?\d+$/.test(value.rawJSON) ? value.rawJSON : undefined;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** What JSON.parse makes of a number that is too large, and JSON.stringify would make null of. */
function isInfinite(value: unknown): boolean {
  return value === Infinity || value === -Infinity;
}

/** GraphQL, section 3.5: undefined where the scalar or the enum does not allow the value. */
function leafValue(type: GraphQLLeafType, value: unknown): unknown {
  if (isEnumType(type))
    return typeof value === 'string' && type.getValue(value) !== undefined ? value : undefined;
  switch (type.name) {
    case 'String':
      return typeof value === 'string' ? value : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'Float':
      return finite(value);
    case 'Int':
      return typeof value === 'number' && (value | 0) === value ? value : undefined;
    case 'ID':
      return idOf(value);
    default:
      return isInfinite(value) ? undefined : value;
  }
}

/** The type that the object says it has, if it can stand here; where that does not matter, it need not say. */
export function objectTypeOf(
  { schema }: Shaping,
  type: GraphQLCompositeType,
  sets: readonly ScopedSet[],
  value: JsonObject,
): GraphQLObjectType | GraphQLInterfaceType | undefined {
  const typeName = getOwn(value, '__typename');
  const isUnnamed = typeName === undefined || typeName === type.name;
  if (isObjectType(type)) return isUnnamed || isRootType(schema, type) ? type : undefined;
  if (isUnnamed) return isInterfaceType(type) && isTypeBlind(schema, type, sets) ? type : undefined;
  const named = typeof typeName === 'string' ? schema.getType(typeName) : undefined;
  return isObjectType(named) && schema.isSubType(type, named) ? named : undefined;
}
