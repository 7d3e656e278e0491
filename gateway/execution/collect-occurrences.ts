/**
 * Which fields a selection asks of an object of one type (GraphQL, 6.3.2 CollectFields), once for all requests:
 * what @skip and @include depend on stays as an expression over the variables. Knows no data.
 */

import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  TypeNameMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { refusalsOf, type Refusal } from '../access/refusal.ts';
import type { JsonObject } from '../base/is-record.ts';
import { deferOf } from './defer-directive.ts';

/** What a variable must be. */
export interface VariableTest {
  readonly variable: string;
  readonly equals: boolean;
}

/** All of these must hold; none at all always does. */
export type Condition = readonly VariableTest[];

/** A selection set, the fragments it may use, and the condition under which it counts. */
export interface ScopedSet {
  readonly set: SelectionSetNode;
  readonly condition: Condition;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Why nothing of it may be seen. */
  readonly refusals?: readonly Refusal[];
}

/** All selections of one response key on one type. */
export interface Occurrence {
  readonly fieldName: string;
  /** One of these must hold; undefined where nothing depends on variables. */
  readonly anyOf: readonly Condition[] | undefined;
  readonly sets: readonly ScopedSet[];
  /** Why it may not be seen; undefined where one of the selections may be. */
  readonly refusals?: readonly Refusal[];
}

/** Whether one of the conditions holds; undefined where nothing depends on variables. */
export function holds(anyOf: readonly Condition[] | undefined, variables: JsonObject): boolean {
  if (anyOf === undefined) return true;
  return anyOf.some((condition) => condition.every(({ variable, equals }) => variables[variable] === equals));
}

interface Found {
  readonly node: FieldNode;
  readonly condition: Condition;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly refusals: readonly Refusal[] | undefined;
}

/** By response key, in the order of the response. */
export function collectOccurrences(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  sets: readonly ScopedSet[],
): ReadonlyMap<string, Occurrence> {
  const found = new Map<string, Found[]>();
  for (const scoped of sets) collect(schema, type, scoped, found);
  return new Map([...found].map(([key, nodes]) => [key, occurrenceOf(nodes)]));
}

function collect(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  scoped: ScopedSet,
  found: Map<string, Found[]>,
): void {
  const { fragments, refusals: ofSet } = scoped;
  for (const node of scoped.set.selections) {
    const condition = both(scoped.condition, conditionOf(node));
    // What is deferred is another part of the answer.
    if (condition === undefined || deferOf(node) !== undefined) continue;
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      const refusals = refusalsOf(node) ?? inherited(node, ofSet);
      found.set(key, [...(found.get(key) ?? []), { node, condition, fragments, refusals }]);
      continue;
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    if (fragment === undefined || !applies(schema, type, fragment.typeCondition?.name.value)) continue;
    collect(schema, type, { ...scoped, set: fragment.selectionSet, condition }, found);
  }
}

function occurrenceOf(nodes: readonly Found[]): Occurrence {
  const conditions = new Map(nodes.map(({ condition }) => [JSON.stringify(condition), condition]));
  // One condition for all of them holds inside as well, and need not be asked again.
  const isSame = conditions.size === 1;
  const occurrence = {
    fieldName: nodes[0]?.node.name.value ?? '',
    anyOf: conditions.has('[]') ? undefined : [...conditions.values()],
  };
  if (nodes.every(({ refusals }) => refusals !== undefined))
    return { ...occurrence, sets: [], refusals: nodes.flatMap(({ refusals = [] }) => refusals) };
  const sets = nodes.flatMap(({ node, condition, fragments, refusals }): readonly ScopedSet[] => {
    if (node.selectionSet === undefined) return [];
    const scoped = { set: node.selectionSet, condition: isSame ? [] : condition, fragments };
    return [refusals === undefined ? scoped : { ...scoped, refusals }];
  });
  return { ...occurrence, sets };
}

/** Of a field that is refused in one place and asked in another, what only the former selects is refused. */
function inherited(node: FieldNode, ofSet: readonly Refusal[] | undefined): readonly Refusal[] | undefined {
  if (ofSet === undefined || node.name.value === TypeNameMetaFieldDef.name) return undefined;
  return ofSet.map((refusal) => ({ ...refusal, below: [] }));
}

export function applies(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  condition: string | undefined,
): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = schema.getType(condition);
  return isAbstractType(wanted) && schema.isSubType(wanted, type);
}

/** Undefined where the condition can never hold. */
export function conditionOf(node: SelectionNode): Condition | undefined {
  let condition: Condition = [];
  for (const directive of node.directives ?? []) {
    const equals = directive.name.value === GraphQLIncludeDirective.name;
    if (!equals && directive.name.value !== GraphQLSkipDirective.name) continue;
    const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN && value.value !== equals) return undefined;
    if (value?.kind === Kind.VARIABLE) {
      const narrowed = both(condition, [{ variable: value.name.value, equals }]);
      if (narrowed === undefined) return undefined;
      condition = narrowed;
    }
  }
  return condition;
}

/** Undefined where they contradict each other, or the other can never hold. */
export function both(one: Condition, other: Condition | undefined): Condition | undefined {
  if (other === undefined) return undefined;
  const added = other.filter((test) => !one.some((known) => isSameTest(known, test)));
  const contradicts = added.some((test) => one.some(({ variable }) => variable === test.variable));
  return contradicts ? undefined : [...one, ...added];
}

function isSameTest(one: VariableTest, other: VariableTest): boolean {
  return one.variable === other.variable && one.equals === other.equals;
}
