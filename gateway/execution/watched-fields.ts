/**
 * The fields of an operation whose failure means something of its own, found once for all runs, and where they stand
 * in the unfinished response of a run. Knows neither failures nor values.
 */

import {
  isAbstractType,
  isCompositeType,
  isObjectType,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { FailureAnswer, FailureAnswers } from '../supergraph/failure-answers.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { collectOccurrences, type ScopedSet } from './collect-occurrences.ts';
import { getOwn, type Data } from './own-property.ts';

export interface WatchedField {
  readonly type: string;
  readonly name: string;
  /** Under which the unfinished response has it. */
  readonly key: string;
  readonly rule: FailureAnswer;
}

/** A watched field of one object. */
export interface WatchedPlace {
  readonly field: WatchedField;
  readonly object: Data;
  readonly path: Path;
}

/** In a response; the places of objects that are not there are not visited. */
export type VisitWatched = (root: Data, visitor: (place: WatchedPlace) => void) => void;

export interface Watched {
  readonly answers: ReadonlySet<FailureAnswer['answer']>;
  readonly visit: VisitWatched;
}

interface WatchedObject {
  readonly fields: readonly WatchedField[];
  readonly below: readonly { readonly key: string; readonly types: WatchedTypes }[];
}

/** By the name of the object's type. */
interface WatchedTypes {
  readonly byName: ReadonlyMap<string, WatchedObject>;
  /** What an object is that does not say. */
  readonly only: string | undefined;
}

export interface AskedFields {
  readonly schema: GraphQLSchema;
  readonly rootType: GraphQLObjectType;
  readonly sets: readonly ScopedSet[];
}

/** Undefined where the operation asks for no field with a rule other than null. */
export function findWatched(
  { schema, rootType, sets }: AskedFields,
  rules: FailureAnswers,
): Watched | undefined {
  const answers = new Set<FailureAnswer['answer']>();

  function objectOf(type: GraphQLObjectType, of: readonly ScopedSet[]): WatchedObject | undefined {
    const fields: WatchedField[] = [];
    const below: { key: string; types: WatchedTypes }[] = [];
    for (const [key, { fieldName, sets: inner, refusals }] of collectOccurrences(schema, type, of)) {
      const field = type.getFields()[fieldName];
      // What somebody may not see fails for nobody.
      if (field === undefined || refusals !== undefined) continue;
      const rule = rules.of(type.name, fieldName);
      if (rule !== undefined && rule.answer !== 'NULL') {
        answers.add(rule.answer);
        fields.push({ type: type.name, name: fieldName, key, rule });
      }
      const named = getNamedType(field.type);
      const types = isCompositeType(named) ? typesOf(named, inner) : undefined;
      if (types !== undefined) below.push({ key, types });
    }
    return fields.length + below.length === 0 ? undefined : { fields, below };
  }

  function typesOf(type: GraphQLCompositeType, of: readonly ScopedSet[]): WatchedTypes | undefined {
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const found = possible.filter(isObjectType).flatMap((each) => {
      const object = objectOf(each, of);
      return object === undefined ? [] : [[each.name, object] as const];
    });
    if (found.length === 0) return undefined;
    return { byName: new Map(found), only: isObjectType(type) ? type.name : undefined };
  }

  const root = objectOf(rootType, sets);
  if (root === undefined) return undefined;
  return { answers, visit: (data, visitor) => visitObject(root, data, [], visitor) };
}

function visitObject(
  watched: WatchedObject,
  object: Data,
  path: Path,
  visitor: (place: WatchedPlace) => void,
): void {
  for (const field of watched.fields) visitor({ field, object, path: [...path, field.key] });
  for (const { key, types } of watched.below) {
    visitValue(types, getOwn(object, key), [...path, key], visitor);
  }
}

function visitValue(
  types: WatchedTypes,
  value: unknown,
  path: Path,
  visitor: (place: WatchedPlace) => void,
): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visitValue(types, item, [...path, index], visitor);
    return;
  }
  if (!isRecord(value)) return;
  const watched = types.byName.get(typeNameOf(value) ?? types.only ?? '');
  if (watched !== undefined) visitObject(watched, value, path, visitor);
}

function typeNameOf(object: JsonObject): string | undefined {
  const name = getOwn(object, '__typename');
  return typeof name === 'string' ? name : undefined;
}
