/**
 * What is selected at a place of the response: by a client, or by what a plan sends on from there. Knows no schema.
 */

import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  type FieldNode,
  type InlineFragmentNode,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { fieldBelow } from './placed-fetches.ts';
import { keyOf } from './planned-names.ts';

/** What is sent of entities, as selections, by the places of those. */
export class Needs {
  readonly #sets: ReadonlyMap<string, readonly SelectionSetNode[]>;

  constructor(placed: readonly { readonly node: FetchNode; readonly path: readonly string[] }[]) {
    const sets = new Map<string, SelectionSetNode[]>();
    for (const { node, path } of placed) {
      if (node.requires === undefined || node.requires.length === 0) continue;
      const at = path.join('.');
      sets.set(at, [...(sets.get(at) ?? []), setOf(node.requires)]);
    }
    this.#sets = sets;
  }

  setsAt(path: readonly string[]): readonly SelectionSetNode[] {
    let at = '';
    let sets = this.#of(at);
    for (const key of path) {
      at = fieldBelow(at, key);
      sets = [...setsBelow(sets, key), ...this.#of(at)];
    }
    return sets;
  }

  #of(at: string): readonly SelectionSetNode[] {
    return this.#sets.get(at) ?? [];
  }
}

function setOf(nodes: readonly QueryPlanSelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: nodes.map(nodeOf) };
}

function nodeOf(node: QueryPlanSelectionNode): FieldNode | InlineFragmentNode {
  if (node.kind === 'InlineFragment') {
    const fragment: InlineFragmentNode = { kind: Kind.INLINE_FRAGMENT, selectionSet: setOf(node.selections) };
    const { typeCondition } = node;
    return typeCondition === undefined ? fragment : { ...fragment, typeCondition: namedType(typeCondition) };
  }
  const field: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: node.name } };
  return node.selections === undefined ? field : { ...field, selectionSet: setOf(node.selections) };
}

export function namedType(name: string): NamedTypeNode {
  return { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } };
}

/** What the operation selects at the place, for whichever type. */
export function setsAt(
  operation: OperationDefinitionNode,
  path: readonly string[],
): readonly SelectionSetNode[] {
  let sets: readonly SelectionSetNode[] = [operation.selectionSet];
  for (const key of path) sets = setsBelow(sets, key);
  return sets;
}

export function setsBelow(sets: readonly SelectionSetNode[], key: string): readonly SelectionSetNode[] {
  return sets
    .flatMap((set) => fieldsOf(set, () => true))
    .filter((field) => keyOf(field) === key)
    .flatMap(({ selectionSet }) => selectionSet ?? []);
}

/** What is deferred too: the plan may have no other fetch that could ask it. */
export function fieldsOf(
  { selections }: SelectionSetNode,
  isMeant: (condition: string | undefined) => boolean,
): readonly FieldNode[] {
  return selections.flatMap((node): readonly FieldNode[] => {
    if (node.kind === Kind.FIELD) return [node];
    if (node.kind === Kind.FRAGMENT_SPREAD || !isMeant(node.typeCondition?.name.value)) return [];
    return fieldsOf(node.selectionSet, isMeant);
  });
}
