/**
 * The keys of one object of the answer, with the selections behind each: fragments resolved, equal keys merged. An
 * abstract type has one level for each object type that is named, and one for all others. Knows no costs.
 */

import {
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  valueFromASTUntyped,
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import type { Fragments } from './measure-document.ts';

export interface Selected {
  /** The type that has the field; an interface where no object type is known. */
  readonly parent: GraphQLCompositeType;
  readonly node: FieldNode;
  readonly sets: readonly SelectionSetNode[];
  readonly isIncluded: (variables: JsonObject) => boolean;
}

/** By the key of the answer. */
export type Level = ReadonlyMap<string, Selected>;

interface Occurrence {
  readonly node: FieldNode;
  readonly directives: readonly DirectiveNode[];
  /** The narrowest type that is known of the object. */
  readonly on: GraphQLCompositeType;
}

interface Around {
  readonly on: GraphQLCompositeType;
  readonly directives: readonly DirectiveNode[];
}

export interface LevelParts {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
}

export function levelsOf(
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  parts: LevelParts,
): readonly Level[] {
  const occurrences = sets.flatMap((set) => occurrencesIn(set, { on: type, directives: [] }, parts));
  if (!isAbstractType(type)) return [levelOf(occurrences, type)];
  const named = new Set(occurrences.map(({ on }) => on).filter(isObjectType));
  const others = occurrences.filter(({ on }) => !isObjectType(on));
  const levels = [...named].map((object) => {
    const applying = occurrences.filter(
      ({ on }) => on === object || (isAbstractType(on) && parts.schema.isSubType(on, object)),
    );
    return levelOf(applying, object);
  });
  return [levelOf(others, undefined), ...levels];
}

function occurrencesIn(
  { selections }: SelectionSetNode,
  { on, directives }: Around,
  parts: LevelParts,
): readonly Occurrence[] {
  return selections.flatMap((selection) => {
    const around = [...directives, ...(selection.directives ?? [])];
    if (selection.kind === Kind.FIELD) return [{ node: selection, directives: around, on }];
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : parts.fragments.get(selection.name.value);
    if (fragment === undefined) return [];
    const inner = fragment.typeCondition;
    const narrowed = inner === undefined ? on : parts.schema.getType(inner.name.value);
    if (!isCompositeType(narrowed)) return [];
    const innerAround = { on: isObjectType(on) ? on : narrowed, directives: around };
    return occurrencesIn(fragment.selectionSet, innerAround, parts);
  });
}

function levelOf(occurrences: readonly Occurrence[], object: GraphQLCompositeType | undefined): Level {
  const byKey = Map.groupBy(occurrences, ({ node }) => (node.alias ?? node.name).value);
  return new Map(
    [...byKey].flatMap(([key, same]): [string, Selected][] => {
      const [first] = same;
      if (first === undefined) return [];
      // A fragment that is spread twice brings the same selections twice.
      const sets = [...new Set(same.flatMap(({ node }) => node.selectionSet ?? []))];
      const { node, on } = first;
      return [[key, { parent: object ?? on, node, sets, isIncluded: inclusionOf(same) }]];
    }),
  );
}

function inclusionOf(same: readonly Occurrence[]): Selected['isIncluded'] {
  if (same.some(({ directives }) => directives.every(({ name }) => !CONDITIONS.has(name.value))))
    return ALWAYS;
  return (variables) =>
    same.some(({ directives }) => directives.every((directive) => holds(directive, variables)));
}

const CONDITIONS = new Set(['skip', 'include']);
const ALWAYS = () => true;

function holds({ name, arguments: given = [] }: DirectiveNode, variables: JsonObject): boolean {
  if (!CONDITIONS.has(name.value)) return true;
  const condition = given[0];
  const isTrue = condition !== undefined && valueFromASTUntyped(condition.value, variables) === true;
  return name.value === 'skip' ? !isTrue : isTrue;
}
