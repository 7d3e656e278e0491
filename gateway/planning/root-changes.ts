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
  type DirectiveNode,
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
  const merged = new Map<string, Change>();
  for (const change of changesOf(operation.selectionSet, fragments)) {
    const key = keyOf(change.field);
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined ? change : { ...known, field: mergedField(known.field, change.field) },
    );
  }
  const selections = [...merged.values()].map(({ field, around }) => wrapped(field, around));
  return { ...operation, selectionSet: { ...operation.selectionSet, selections } };
}

interface Change {
  readonly field: FieldNode;
  /** The directives of each fragment around it that has some, from the outside in. */
  readonly around: readonly (readonly DirectiveNode[])[];
}

/** The root fields of a mutation, also those in fragments, as often as they are mentioned. */
export function fieldsOf(set: SelectionSetNode, fragments: Fragments = new Map()): readonly FieldNode[] {
  return changesOf(set, fragments).map(({ field }) => field);
}

function changesOf(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  around: Change['around'] = [],
): readonly Change[] {
  return selections.flatMap((node): readonly Change[] => {
    if (node.kind === Kind.FIELD) return [{ field: node, around }];
    const set = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value);
    const { directives = [] } = node;
    return set === undefined
      ? []
      : changesOf(set, fragments, directives.length === 0 ? around : [...around, directives]);
  });
}

/** Each change in fragments of its own, so that none is moved to another. */
function wrapped(field: FieldNode, around: Change['around']): SelectionNode {
  return around.reduceRight<SelectionNode>(
    (node, directives) => ({
      kind: Kind.INLINE_FRAGMENT,
      directives,
      selectionSet: { kind: Kind.SELECTION_SET, selections: [node] },
    }),
    field,
  );
}

/** With the directives of both; whether one may stand there twice only a schema says, so each stands once. */
function mergedField(field: FieldNode, again: FieldNode): FieldNode {
  const { directives = [], selectionSet } = field;
  const isSaid = ({ name }: DirectiveNode) => directives.some((each) => each.name.value === name.value);
  const added = (again.directives ?? []).filter((each) => !isSaid(each));
  const marked = added.length === 0 ? field : { ...field, directives: [...directives, ...added] };
  if (selectionSet === undefined || again.selectionSet === undefined) return marked;
  const selections = [...selectionSet.selections, ...again.selectionSet.selections];
  return { ...marked, selectionSet: { ...selectionSet, selections } };
}
