/**
 * Which fields a selection asks of an object of one type (GraphQL, 6.3.2 CollectFields), once for all requests: what
 * @skip and @include leave out is gone before (`fixed-conditions.ts`). Knows no data.
 */

import {
  isAbstractType,
  Kind,
  TypeNameMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

import { refusalsOf, type Refusal } from '../access/refusal.ts';
import { deferOf } from './defer-directive.ts';

/** A selection set and the fragments it may use. */
export interface ScopedSet {
  readonly set: SelectionSetNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Why nothing of it may be seen. */
  readonly refusals?: readonly Refusal[];
}

/** All selections of one response key on one type. */
export interface Occurrence {
  readonly fieldName: string;
  readonly sets: readonly ScopedSet[];
  /** Why it may not be seen; undefined where one of the selections may be. */
  readonly refusals?: readonly Refusal[];
}

/** By response key, in the order of the response. */
export type Occurrences = ReadonlyMap<string, Occurrence>;

interface Found {
  readonly node: FieldNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly refusals: readonly Refusal[] | undefined;
}

export function collectOccurrences(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  sets: readonly ScopedSet[],
): Occurrences {
  const found = new Map<string, Found[]>();
  for (const scoped of sets) collect(scoped, { schema, type, found, visited: new Set() });
  return new Map([...found].map(([key, nodes]) => [key, occurrenceOf(nodes)]));
}

/** What is found on an object of the type for a selection. */
export type FoundOn<Found> = (
  type: GraphQLObjectType | GraphQLInterfaceType,
  sets: readonly ScopedSet[],
) => Found;

export type OccurrencesOf = FoundOn<Occurrences>;

/** The same, looked for once: many objects have one type and one selection. Whoever keeps it keeps what it found. */
export function collectOnce(schema: GraphQLSchema): OccurrencesOf {
  return foundOnce((type, sets) => collectOccurrences(schema, type, sets));
}

export function foundOnce<Found>(find: FoundOn<Found>): FoundOn<Found> {
  const known = new Map<readonly ScopedSet[], Map<string, Found>>();
  return (type, sets) => {
    const ofSets = known.get(sets) ?? new Map<string, Found>();
    known.set(sets, ofSets);
    const found = ofSets.get(type.name) ?? find(type, sets);
    ofSets.set(type.name, found);
    return found;
  };
}

interface Collecting {
  readonly schema: GraphQLSchema;
  readonly type: GraphQLObjectType | GraphQLInterfaceType;
  readonly found: Map<string, Found[]>;
  /** Fragments that use another one twice bring nothing new, but twice as much with each that uses them so. */
  readonly visited: Set<FragmentDefinitionNode>;
}

function collect(scoped: ScopedSet, collecting: Collecting): void {
  const { schema, type, found, visited } = collecting;
  const { fragments, refusals: ofSet } = scoped;
  for (const node of scoped.set.selections) {
    // What is deferred is another part of the answer.
    if (deferOf(node) !== undefined) continue;
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      const refusals = refusalsOf(node) ?? inherited(node, ofSet);
      const known = found.get(key);
      if (known === undefined) found.set(key, [{ node, fragments, refusals }]);
      else known.push({ node, fragments, refusals });
      continue;
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    if (fragment === undefined || !applies(schema, type, fragment.typeCondition?.name.value)) continue;
    if (fragment.kind === Kind.FRAGMENT_DEFINITION) {
      if (visited.has(fragment)) continue;
      visited.add(fragment);
    }
    collect({ ...scoped, set: fragment.selectionSet }, collecting);
  }
}

function occurrenceOf(nodes: readonly Found[]): Occurrence {
  const fieldName = nodes[0]?.node.name.value ?? '';
  if (nodes.every(({ refusals }) => refusals !== undefined))
    return { fieldName, sets: [], refusals: nodes.flatMap(({ refusals = [] }) => refusals) };
  const sets = nodes.flatMap(({ node, fragments, refusals }): readonly ScopedSet[] => {
    if (node.selectionSet === undefined) return [];
    const scoped = { set: node.selectionSet, fragments };
    return [refusals === undefined ? scoped : { ...scoped, refusals }];
  });
  return { fieldName, sets };
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
