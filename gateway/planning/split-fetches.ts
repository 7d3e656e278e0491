/**
 * Takes a fetch of entities apart where its fields cannot share one representation: two need the same field with
 * different arguments, or one needs what only some types of an interface were asked for, which would leave entities of
 * the other types out whole. Each part asks the fields with the same needs; what takes a value from around the entity
 * (@fromContext) goes apart from what takes another or none, for it is not asked where that value is not around. Elsewhere it says what is
 * asked of entities that lack what some of the fields need. Knows no data.
 */

import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type FieldNode, type SelectionNode, type SelectionSetNode } from 'graphql';

import type { FieldNeeds } from './field-needs.ts';
import type { JoinedFetch } from './joined-fetch.ts';
import { entitiesField, partOfFetch, variablesIn } from './part-of-fetch.ts';

export interface SplitParts {
  readonly needs: FieldNeeds;
  readonly isInterface: (typeName: string) => boolean;
  /** Which field a needed one really is. */
  readonly originOf: (name: string) => string;
}

/** The fetch itself, perhaps with what it asks of entities that lack what it needs; or its parts, to be run at once. */
export function splitFetch(fetch: FetchNode, parts: SplitParts): PlanNode {
  const { requires = [] } = fetch;
  if (requires.length === 0) return fetch;
  // Which needs a field has must show wherever it is asked for.
  const entities = entitiesField(fetch);
  if (entities === undefined) return fetch;
  const fields = fieldsOf(entities.asked, '');
  const needsOf = ({ typeName, name }: AskedField) =>
    parts.needs.neededBy(fetch.serviceName, typeName, name).toSorted();
  const needed = [...new Set(fields.flatMap(needsOf))];
  const keys = [...typesIn(requires), ...fields.map(({ typeName }) => typeName)].flatMap((typeName) =>
    parts.needs.keysOf(fetch.serviceName, typeName),
  );
  const partOf = (members: readonly AskedField[]) => {
    const kept = new Set([...members.flatMap(needsOf), ...keys]);
    const dropped = new Set(needed.filter((path) => !kept.has(path)));
    return partOfFetch(fetch, entities, {
      requires: without(requires, dropped, ''),
      asked: only(new Set(members.map(({ node }) => node)), entities.asked),
    });
  };
  const sides = [...Map.groupBy(fields, ({ node }) => valuesAround(node, fetch)).values()];
  if (sides.length > 1)
    return { kind: 'Parallel', nodes: sides.map((members) => splitFetch(partOf(members), parts)) };
  const groups = Map.groupBy(fields, (field) => needsOf(field).join(' '));
  if (groups.size < 2) return fetch;
  if (hasConflict(needed, parts) || isLoose(requires, parts))
    return { kind: 'Parallel', nodes: [...groups.values()].map(partOf) };
  const needless = groups.get('');
  if (needless === undefined) return fetch;
  const joined: JoinedFetch = { ...fetch, alone: partOf(needless) };
  return joined;
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

interface AskedField {
  readonly typeName: string;
  readonly name: string;
  readonly node: FieldNode;
}

function fieldsOf({ selections }: SelectionSetNode, typeName: string): readonly AskedField[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.FIELD) return [{ typeName, name: node.name.value, node }];
    return fieldsOf(node.selectionSet, node.typeCondition?.name.value ?? typeName);
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
    return below.some((each) => each.kind !== 'Field' || each.name !== '__typename')
      ? [{ ...selection, selections: below }]
      : [];
  });
}

function only(kept: ReadonlySet<FieldNode>, set: SelectionSetNode): SelectionSetNode {
  const selections = set.selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FIELD) return kept.has(node) ? [node] : [];
    if (node.kind === Kind.FRAGMENT_SPREAD) return [node];
    const below = only(kept, node.selectionSet);
    return below.selections.length === 0 ? [] : [{ ...node, selectionSet: below }];
  });
  return { ...set, selections };
}
