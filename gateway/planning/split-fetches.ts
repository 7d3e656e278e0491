/**
 * Takes a fetch of entities apart where its fields cannot share one representation: two need the same field with
 * different arguments, or one needs what only some types of an interface were asked for, which would leave entities of
 * the other types out whole. Each part asks the fields with the same needs; what takes a value from around the entity
 * (@fromContext) goes apart from what takes another or none, for it is not asked where that value is not around.
 * Elsewhere it says what is asked of entities that lack what some of the fields need. Knows no data.
 */

import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type FieldNode, type SelectionSetNode } from 'graphql';

import type { FieldNeeds } from './field-needs.ts';
import type { JoinedFetch } from './joined-fetch.ts';
import { entitiesField, only, partOfFetch, variablesIn } from './part-of-fetch.ts';
import type { SubgraphFields } from './subgraph-fields.ts';

export interface SplitParts {
  readonly needs: FieldNeeds;
  readonly fields: Pick<SubgraphFields, 'membersOf'>;
  readonly isInterface: (typeName: string) => boolean;
  /** Which field a needed one really is. */
  readonly originOf: (name: string) => string;
}

/** The fetch itself, perhaps with what it asks of entities that lack what it needs; or its parts, to be run at once. */
export function splitFetch(fetch: FetchNode, parts: SplitParts): PlanNode {
  const asked = askedOf(fetch, parts);
  if (asked === undefined) return fetch;
  const sides = [...Map.groupBy(asked.fields, ({ node }) => valuesAround(node, fetch)).values()];
  if (sides.length > 1)
    return { kind: 'Parallel', nodes: sides.map((members) => splitFetch(asked.partOf(members), parts)) };
  const groups = groupsOf(asked);
  if (groups.length < 2) return fetch;
  const nodes = groups.map(asked.partOf);
  if (hasConflict(asked.needed, parts) || isLoose(fetch.requires ?? [], parts))
    return { kind: 'Parallel', nodes };
  const joined: JoinedFetch = { ...fetch, parts: nodes };
  return joined;
}

/** The fetch taken apart by what its fields need, also from around the entity; itself alone where all need the same. */
export function partsByNeeds(fetch: FetchNode, parts: SplitParts): readonly FetchNode[] {
  const asked = askedOf(fetch, parts);
  if (asked === undefined) return [fetch];
  const groups = Map.groupBy(asked.fields, ({ node, needs }) =>
    JSON.stringify([needs, valuesAround(node, fetch)]),
  );
  return groups.size < 2 ? [fetch] : [...groups.values()].map(asked.partOf);
}

interface Asked {
  readonly fields: readonly AskedField[];
  /** What any of them needs. */
  readonly needed: readonly string[];
  readonly partOf: (members: readonly AskedField[]) => FetchNode;
}

/** Undefined for a fetch of anything but entities. */
function askedOf(fetch: FetchNode, { needs, fields: { membersOf } }: SplitParts): Asked | undefined {
  const { requires = [], serviceName } = fetch;
  // Which needs a field has must show wherever it is asked for.
  const entities = requires.length === 0 ? undefined : entitiesField(fetch);
  if (entities === undefined) return undefined;
  const neededBy = (types: readonly string[], name: string) => [
    ...new Set(types.flatMap((typeName) => needs.neededBy(serviceName, typeName, name))),
  ];
  const within = (types: readonly string[] | undefined, typeName: string) => {
    const members = membersOf(serviceName, typeName);
    return types === undefined ? members : members.filter((each) => types.includes(each));
  };
  const fields = fieldsOf(entities.asked, { types: undefined, typeName: '' }, within).map((field) => ({
    ...field,
    needs: neededBy([field.typeName, ...field.types], field.node.name.value).toSorted(),
  }));
  const needed = [...new Set(fields.flatMap((field) => field.needs))];
  const keys = [...typesIn(requires), ...fields.map(({ typeName }) => typeName)].flatMap((typeName) =>
    needs.keysOf(serviceName, typeName),
  );
  const partOf = (members: readonly AskedField[]) => {
    const kept = new Set([...members.flatMap((member) => member.needs), ...keys]);
    const dropped = new Set(needed.filter((path) => !kept.has(path)));
    return partOfFetch(fetch, entities, {
      requires: without(requires, dropped, ''),
      asked: only(new Set(members.map(({ node }) => node)), entities.asked),
    });
  };
  return { fields, needed, partOf };
}

function groupsOf({ fields }: Asked): readonly (readonly AskedField[])[] {
  return [...Map.groupBy(fields, ({ needs }) => needs.join(' ')).values()];
}

/** The names of the values that it takes from around the entity. */
function valuesAround(node: FieldNode, { contextRewrites = [] }: FetchNode): string {
  if (contextRewrites.length === 0) return '';
  const names = new Set(contextRewrites.map(({ renameKeyTo }) => renameKeyTo));
  return variablesIn(node)
    .filter((name) => names.has(name))
    .toSorted()
    .join(' ');
}

interface AskedField extends PlacedField {
  /** Paths of what it needs of its entity. */
  readonly needs: readonly string[];
}

interface PlacedField {
  readonly node: FieldNode;
  readonly typeName: string;
  /** The object types of which it may be asked. */
  readonly types: readonly string[];
}

interface Around {
  readonly typeName: string;
  /** Undefined: all. */
  readonly types: readonly string[] | undefined;
}

function fieldsOf(
  { selections }: SelectionSetNode,
  around: Around,
  within: (types: Around['types'], typeName: string) => readonly string[],
): readonly PlacedField[] {
  return selections.flatMap((node): readonly PlacedField[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.FIELD) return [{ node, typeName: around.typeName, types: around.types ?? [] }];
    const typeName = node.typeCondition?.name.value;
    if (typeName === undefined) return fieldsOf(node.selectionSet, around, within);
    return fieldsOf(node.selectionSet, { typeName, types: within(around.types, typeName) }, within);
  });
}

/** Whether two needs are of one field of the subgraph. */
function hasConflict(needed: readonly string[], { originOf }: SplitParts): boolean {
  const origins = needed.map((path) => path.split('.').map(originOf).join('.'));
  return new Set(origins).size < origins.length;
}

/** Whether entities of types that were asked for different things are represented alike. */
function isLoose(requires: readonly QueryPlanSelectionNode[], { isInterface }: SplitParts): boolean {
  return typesIn(requires).some(isInterface);
}

function typesIn(requires: readonly QueryPlanSelectionNode[]): readonly string[] {
  return requires.flatMap((selection) =>
    selection.kind === 'InlineFragment' && selection.typeCondition !== undefined
      ? [selection.typeCondition, ...typesIn(selection.selections)]
      : [],
  );
}

function without(
  selections: readonly QueryPlanSelectionNode[],
  dropped: ReadonlySet<string>,
  path: string,
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'InlineFragment')
      return [{ ...selection, selections: without(selection.selections, dropped, path) }];
    const at = path === '' ? selection.name : `${path}.${selection.name}`;
    if (selection.selections === undefined) return dropped.has(at) ? [] : [selection];
    const below = without(selection.selections, dropped, at);
    return asksAnything(below) ? [{ ...selection, selections: below }] : [];
  });
}

/** Whether it asks more than the names of types. */
function asksAnything(selections: readonly QueryPlanSelectionNode[]): boolean {
  return selections.some((node) =>
    node.kind === 'Field' ? node.name !== '__typename' : asksAnything(node.selections),
  );
}
