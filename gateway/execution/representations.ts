/**
 * The representations by which a subgraph finds entities (Federation, `_entities`): cut from the unfinished
 * response as the plan says. Knows no transport.
 */

import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  getNamedType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import { renamesOf } from '../planning/fetch-fields.ts';
import { copyOf } from './copy-of.ts';
import { isInherited } from './generate-code.ts';
import { fitsType } from './leaf-values.ts';
import { getOwn, setOwn, type Data } from './own-property.ts';
import { possibleNames } from './possible-names.ts';
import { rewriteInput } from './rewrites.ts';
import { compileKeyCheck } from './subgraph-keys.ts';

export interface Representer {
  /**
   * The representation; undefined for an entity that is not of a type that the fetch is about, or lacks a field that the
   * fetch needs or has no value of its type there, or where what is cut has no key to find it by.
   */
  readonly cut: (entity: Data) => JsonObject | undefined;
  /** Where it is a few plain fields of one type. */
  readonly flat: FlatEntity | undefined;
}

export interface FlatEntity {
  readonly typeName: string;
  /** Beside the type name. */
  readonly fields: readonly FlatField[];
  /** The one that nearly always tells an entity from others. */
  readonly id: FlatField;
}

export interface FlatField {
  /** In the unfinished response and in the representation. */
  readonly key: string;
  /** Undefined for a field that only the plan knows. */
  readonly type: GraphQLOutputType | undefined;
  readonly mayBeNull: boolean;
  readonly isId: boolean;
}

type Cutter = Representer['cut'];

type Part = (entity: Data, into: Data) => boolean;

export function compileRepresenter(fetch: FetchNode, schema: GraphQLSchema): Representer {
  const fieldsByType = flatFieldsByType(fetch, schema);
  if (fieldsByType === undefined) return { cut: compileNested(fetch, schema), flat: undefined };
  const [only, ...others] = fieldsByType;
  const flat = only === undefined || others.length > 0 ? undefined : flatEntity(...only);
  return { cut: compileFlat(fieldsByType), flat };
}

/** Undefined where names need to be looked at closely. */
function flatEntity(typeName: string, all: readonly FlatField[]): FlatEntity | undefined {
  const fields = all.filter(({ key }) => key !== '__typename');
  const id = fields.find(({ isId }) => isId) ?? fields[0];
  if (id === undefined || fields.some(({ key }) => isInherited(key))) return undefined;
  return { typeName, fields, id };
}

/** Most keys are a few plain fields of object types: printed without an object in between. */
function flatFieldsByType(
  { requires = [], inputRewrites = [] }: FetchNode,
  schema: GraphQLSchema,
): ReadonlyMap<string, readonly FlatField[]> | undefined {
  if (inputRewrites.length > 0) return undefined;
  const fieldsByType = new Map<string, readonly FlatField[]>();
  for (const selection of requires) {
    if (selection.kind !== 'InlineFragment') return undefined;
    const { typeCondition = '' } = selection;
    const fields = flatFieldsOf(selection, typeCondition, schema);
    if (fields === undefined) return undefined;
    if (!isObjectType(schema.getType(typeCondition)) || fieldsByType.has(typeCondition)) return undefined;
    fieldsByType.set(typeCondition, fields);
  }
  return fieldsByType;
}

function compileFlat(fieldsByType: ReadonlyMap<string, readonly FlatField[]>): Cutter {
  return (entity) => {
    const { __typename: typeName } = entity;
    const fields = typeof typeName === 'string' ? fieldsByType.get(typeName) : undefined;
    return fields === undefined ? undefined : cutFields(entity, fields);
  };
}

function flatFieldsOf(
  selection: QueryPlanSelectionNode,
  typeName: string,
  schema: GraphQLSchema,
): readonly FlatField[] | undefined {
  const fields: FlatField[] = [];
  for (const field of selection.selections ?? []) {
    if (field.kind !== 'Field' || field.selections !== undefined) return undefined;
    const key = field.alias ?? field.name;
    if (fields.some((known) => known.key === key)) continue;
    const type = typeOf(schema, typeName, field.name);
    const isId = type !== undefined && getNamedType(type).name === 'ID';
    fields.push({ key, type, mayBeNull: !isNonNullType(type), isId });
  }
  return fields.some(({ key }) => key === '__typename') ? fields : undefined;
}

function cutFields(entity: Data, fields: readonly FlatField[]): JsonObject | undefined {
  const representation: Data = {};
  for (const { key, type } of fields) {
    const value = getOwn(entity, key);
    if (!isKnown(value, type)) return undefined;
    setOwn(representation, key, copyOf(value));
  }
  return representation;
}

/** Not what is missing, a null that cannot be, or what is no value of the type. */
function isKnown(value: unknown, type: GraphQLOutputType | undefined): boolean {
  if (value === undefined) return false;
  return type === undefined || fitsType(value, type);
}

function compileNested(fetch: FetchNode, schema: GraphQLSchema): Cutter {
  const rewrites: readonly FetchDataRewrite[] = fetch.inputRewrites ?? [];
  const part = compileParts(fetch.requires ?? [], { schema, fieldNames: renamesOf(rewrites) }, '');
  // A plan may cut less than a key where a fragment for a whole interface stands beside one for a single type of it.
  const hasKey = compileKeyCheck(fetch.serviceName, schema);
  return (entity) => {
    const representation: Data = {};
    if (!part(entity, representation) || getOwn(representation, '__typename') === undefined) return undefined;
    if (rewrites.length > 0) rewriteInput(schema, rewrites, representation);
    return hasKey(representation) ? representation : undefined;
  };
}

interface Needs {
  readonly schema: GraphQLSchema;
  /** Of fields that the plan calls otherwise, because they are needed with arguments. */
  readonly fieldNames: ReadonlyMap<string, string>;
}

/**
 * Several selections as one; false where a field is missing, or null although it cannot be, which leaves the whole
 * representation out: its owner would take such a thing for an entity that nobody knows.
 */
function compileParts(selections: readonly QueryPlanSelectionNode[], needs: Needs, typeName: string): Part {
  const parts = selections.map((selection) => compilePart(selection, needs, typeName));
  return (entity, into) => parts.every((part) => part(entity, into));
}

function compilePart(selection: QueryPlanSelectionNode, needs: Needs, parent: string): Part {
  const { schema, fieldNames } = needs;
  if (selection.kind === 'InlineFragment') {
    const inner = compileParts(selection.selections, needs, selection.typeCondition ?? parent);
    const names =
      selection.typeCondition === undefined ? undefined : possibleNames(schema, selection.typeCondition);
    return (entity, into) => {
      const typeName = getOwn(entity, '__typename');
      if (names !== undefined && !(typeof typeName === 'string' && names.has(typeName))) return true;
      return inner(entity, into);
    };
  }
  const key = selection.alias ?? selection.name;
  const type = typeOf(schema, parent, fieldNames.get(selection.name) ?? selection.name);
  const below = type === undefined ? '' : getNamedType(type).name;
  const inner =
    selection.selections === undefined ? undefined : compileParts(selection.selections, needs, below);
  return (entity, into) => {
    const value = getOwn(entity, key);
    if (!isKnown(value, type)) return false;
    const cut = inner === undefined ? copyOf(value) : cutValue(value, inner, getOwn(into, key));
    if (cut === undefined) return false;
    setOwn(into, key, cut);
    return true;
  };
}

function cutValue(value: unknown, inner: Part, present: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item, index) =>
      cutValue(item, inner, Array.isArray(present) ? present[index] : undefined),
    );
    return items.includes(undefined) ? undefined : items;
  }
  if (!isRecord(value)) return value;
  const into: Data = isRecord(present) ? { ...present } : {};
  return inner(value, into) ? into : undefined;
}

/** Undefined for a field that only the plan knows. */
function typeOf(schema: GraphQLSchema, parent: string, field: string): GraphQLOutputType | undefined {
  const type = schema.getType(parent);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined;
}
