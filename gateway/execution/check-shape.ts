/**
 * Holds a subgraph's data against the schema: a list where none belongs, an object of no known type, a null that
 * cannot be. What does not fit is set to null and reported at its place, so that one lying subgraph cannot spoil
 * what the others answered. Knows no engine; leaves it to others to say what the client reads.
 */

import {
  doTypesOverlap,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

import { isWrittenNumber } from '../base/exact-json.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { isLeafValue } from './leaf-values.ts';
import { isRootType } from './root-types.ts';
import { entitySets, fieldsOf, setsBelow, type Selection } from './selection.ts';

export interface ShapeFault {
  readonly path: Path;
  /** No value where one was promised or asked for; it is a fault only if no error of the subgraph explains it. */
  readonly isNull: boolean;
}

type Data = Record<string, unknown>;

interface Check {
  readonly selection: Selection;
  readonly schema: GraphQLSchema;
  readonly faults: ShapeFault[];
}

interface Place {
  readonly path: Path;
  readonly fields: readonly FieldNode[];
}

/** Changes `data`, the answer to a root fetch, in place. What the schema does not know is left as it is. */
export function checkRootShape(
  selection: Selection,
  data: Data,
  schema: GraphQLSchema,
): readonly ShapeFault[] {
  const check: Check = { selection, schema, faults: [] };
  const root = schema.getRootType(selection.rootKind);
  if (root != null) checkObject(check, data, root.name, { path: [], sets: [selection.root] });
  return check.faults;
}

/** Changes `entities` in place; `typeNames` are those of the representations, in the same order. */
export function checkEntityShapes(
  selection: Selection,
  entities: unknown[],
  typeNames: readonly string[],
  schema: GraphQLSchema,
): readonly ShapeFault[] {
  const check: Check = { selection, schema, faults: [] };
  const sets = entitySets(selection);
  for (const [index, entity] of entities.entries()) {
    const path = ['_entities', index];
    if (isRecord(entity))
      checkObject(check, entity, entityTypeName(schema, typeNames[index] ?? '', entity), { path, sets });
    else if (entity !== null) entities[index] = wrongShape(check, path);
  }
  return check.faults;
}

/** The type of an entity that was asked for by a type or, where it was an interface, the one that it turned out to be. */
export function entityTypeName(
  schema: GraphQLSchema,
  asked: string,
  { __typename: said }: JsonObject,
): string {
  return typeof said === 'string' &&
    isInterfaceType(schema.getType(asked)) &&
    isObjectType(schema.getType(said))
    ? said
    : asked;
}

/** Whether a fragment on `condition` can select fields of an object of the named type. */
export function couldBe(schema: GraphQLSchema, typeName: string, condition: string): boolean {
  if (typeName === condition) return true;
  const [type, wanted] = [schema.getType(typeName), schema.getType(condition)];
  if (!isCompositeType(type) || !isCompositeType(wanted)) return false;
  return doTypesOverlap(schema, type, wanted);
}

function checkObject(
  check: Check,
  value: Data,
  typeName: string,
  place: { readonly path: Path; readonly sets: readonly SelectionSetNode[] },
): void {
  const type = check.schema.getType(typeName);
  const definitions = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
  const selected = fieldsOf(check.selection, place.sets, (condition) =>
    couldBe(check.schema, typeName, condition),
  );
  // Of an interface's object it is not known which of the fragments on its types are its own.
  const surely = isObjectType(type)
    ? selected
    : fieldsOf(check.selection, place.sets, (condition) => condition === typeName);
  for (const [key, fields] of selected) {
    const name = fields[0]?.name.value ?? '';
    const definition = definitions[name];
    if (definition === undefined && name !== '__typename') continue;
    if (!Object.hasOwn(value, key)) {
      if (surely.has(key)) check.faults.push({ path: [...place.path, key], isNull: true });
    } else if (definition !== undefined)
      value[key] = checkValue(check, value[key], definition.type, { path: [...place.path, key], fields });
  }
}

function checkValue(check: Check, value: unknown, type: GraphQLOutputType, place: Place): unknown {
  if (isNonNullType(type)) {
    if (value === null) check.faults.push({ path: place.path, isNull: true });
    return checkValue(check, value, type.ofType, place);
  }
  if (value === null) return null;
  if (isListType(type)) return checkList(check, value, type.ofType, place);
  if (isCompositeType(type)) return checkComposite(check, value, type.name, place);
  return isLeafValue(value, type) ? value : wrongShape(check, place.path);
}

function checkList(check: Check, value: unknown, itemType: GraphQLOutputType, place: Place): unknown {
  if (!Array.isArray(value)) return wrongShape(check, place.path);
  for (const [index, item] of value.entries()) {
    value[index] = checkValue(check, item, itemType, { ...place, path: [...place.path, index] });
  }
  return value;
}

function checkComposite(check: Check, value: unknown, declared: string, { path, fields }: Place): unknown {
  if (!isRecord(value) || isWrittenNumber(value)) return wrongShape(check, path);
  const { __typename: said = declared } = value;
  const named = isRootType(check.schema, check.schema.getType(declared)) ? declared : said;
  if (typeof named !== 'string' || !isCompositeType(check.schema.getType(named)))
    return wrongShape(check, path);
  if (named !== declared && isObjectType(check.schema.getType(declared))) return wrongShape(check, path);
  checkObject(check, value, named, { path, sets: setsBelow(fields) });
  return value;
}

function wrongShape(check: Check, path: Path): null {
  check.faults.push({ path, isNull: false });
  return null;
}
