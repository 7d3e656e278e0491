/**
 * A fetch of entities that asks less than another: some of its fields, or those that do not take certain values from
 * around the entity. Knows no plan.
 */

import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  print,
  stripIgnoredCharacters,
  visit,
  type ASTNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { documentOf } from './fetch-document.ts';
import { writtenOut } from './written-out.ts';

export interface EntitiesField {
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  /** What is asked of the entities. */
  readonly asked: SelectionSetNode;
}

/** Undefined for a fetch of anything but entities. Fragments are written out. */
export function entitiesField(fetch: FetchNode): EntitiesField | undefined {
  const operation = writtenOut(documentOf(fetch));
  const [field] = operation.selectionSet.selections;
  return field?.kind === Kind.FIELD && field.selectionSet !== undefined
    ? { operation, field, asked: field.selectionSet }
    : undefined;
}

interface Part {
  readonly requires: QueryPlanSelectionNode[];
  readonly asked: SelectionSetNode;
}

/** The fetch with only that asked, of entities with only that sent of them. */
export function partOfFetch(
  fetch: FetchNode,
  { operation, field }: EntitiesField,
  { requires, asked }: Part,
): FetchNode {
  const selections = [{ ...field, selectionSet: asked }];
  const selectionSet = { ...operation.selectionSet, selections };
  return withOperation({ ...fetch, requires }, { ...operation, selectionSet });
}

/** The fetch with less of its operation, and with the variables alone that are used in that, also by its directives. */
export function withOperation(fetch: FetchNode, operation: OperationDefinitionNode): FetchNode {
  const used = new Set([operation.selectionSet, ...(operation.directives ?? [])].flatMap(variablesIn));
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print({ ...operation, variableDefinitions })),
    variableUsages: (fetch.variableUsages ?? []).filter((name) => used.has(name)),
  };
}

/** Those fields alone of what is asked of entities. */
export function only(kept: ReadonlySet<FieldNode>, set: SelectionSetNode): SelectionSetNode {
  const selections = set.selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FIELD) return kept.has(node) ? [node] : [];
    if (node.kind === Kind.FRAGMENT_SPREAD) return [node];
    const below = only(kept, node.selectionSet);
    return below.selections.length === 0 ? [] : [{ ...node, selectionSet: below }];
  });
  return { ...set, selections };
}

/** Without the fields that take one of the variables, at any depth. Undefined where nothing is left to ask. */
export function withoutVariables(fetch: FetchNode, names: ReadonlySet<string>): FetchNode | undefined {
  const entities = entitiesField(fetch);
  const asked = entities && fieldsWithout(entities.asked, names);
  if (entities === undefined || asked === undefined) return undefined;
  return partOfFetch(fetch, entities, { requires: fetch.requires ?? [], asked });
}

/** Undefined where nothing is left. */
function fieldsWithout(set: SelectionSetNode, names: ReadonlySet<string>): SelectionSetNode | undefined {
  const selections = set.selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [node];
    if (node.kind === Kind.FIELD && takesOneOf(node, names)) return [];
    if (node.selectionSet === undefined) return [node];
    const selectionSet = fieldsWithout(node.selectionSet, names);
    if (selectionSet !== undefined) return [{ ...node, selectionSet }];
    // The object itself is asked for all the same.
    return node.kind === Kind.FIELD ? [{ ...node, selectionSet: TYPE_NAME }] : [];
  });
  return selections.length === 0 ? undefined : { ...set, selections };
}

const TYPE_NAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

/** Whether the field itself takes one of the variables, not one below it. */
export function takesOneOf({ arguments: given = [] }: FieldNode, names: ReadonlySet<string>): boolean {
  return given.some(({ value }) => value.kind === Kind.VARIABLE && names.has(value.name.value));
}

/** Those that it or anything below it takes. */
export function variablesIn(node: ASTNode): readonly string[] {
  const names: string[] = [];
  visit(node, { Variable: ({ name }) => void names.push(name.value) });
  return names;
}
