/**
 * The fields of a mutation run in the order in which they are first met (GraphQL, 6.2.2 and 6.3.2). The planner takes
 * the place of the last mention where fragments mention one several times; so each is named once, at its first place.
 * Knows no schema.
 */

import {
  Kind,
  visit,
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { keyOf } from './planned-names.ts';

/** The document must be valid, and nothing in it conditional any more. */
export function withChangesOnce(document: DocumentNode): DocumentNode {
  if (!document.definitions.some(isMutation)) return document;
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment.selectionSet]),
  );
  const definitions = document.definitions.map((node) =>
    isMutation(node) ? withFieldsOnce(node, fragments) : node,
  );
  const used = new Set(
    definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? spreadsIn(node, fragments) : [],
    ),
  );
  // The planner would put a fragment back in where its fields stand, and with it their order.
  const isUsed = (node: DefinitionNode) =>
    node.kind !== Kind.FRAGMENT_DEFINITION || used.has(node.name.value);
  return { ...document, definitions: definitions.filter(isUsed) };
}

export function isMutation(node: DefinitionNode): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION && node.operation === 'mutation';
}

/** The names of all fragments that are used in the node, also by others. */
function spreadsIn(node: ASTNode, fragments: Fragments): readonly string[] {
  const found = new Set<string>();
  const collect = (within: ASTNode): void =>
    void visit(within, {
      FragmentSpread({ name: { value: name } }) {
        const set = fragments.get(name);
        if (found.has(name) || set === undefined) return;
        found.add(name);
        collect(set);
      },
    });
  collect(node);
  return [...found];
}

type Fragments = ReadonlyMap<string, SelectionSetNode>;

function withFieldsOnce(operation: OperationDefinitionNode, fragments: Fragments): OperationDefinitionNode {
  const merged = new Map<string, FieldNode>();
  for (const node of fieldsOf(operation.selectionSet, fragments)) {
    // A fragment with a directive, such as @defer, stays a matter of the planner.
    if (node.kind !== Kind.FIELD) return operation;
    const key = keyOf(node);
    const known = merged.get(key);
    merged.set(key, known === undefined ? node : mergedField(known, node));
  }
  const selections = [...merged.values()];
  return { ...operation, selectionSet: { ...operation.selectionSet, selections } };
}

export function fieldsOf({ selections }: SelectionSetNode, fragments: Fragments): readonly SelectionNode[] {
  return selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FIELD || (node.directives ?? []).length > 0) return [node];
    const set = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value);
    return set === undefined ? [node] : fieldsOf(set, fragments);
  });
}

function mergedField(field: FieldNode, again: FieldNode): FieldNode {
  if (field.selectionSet === undefined || again.selectionSet === undefined) return field;
  const selections = [...field.selectionSet.selections, ...again.selectionSet.selections];
  return { ...field, selectionSet: { ...field.selectionSet, selections } };
}
