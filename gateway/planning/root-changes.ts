/**
 * The fields of a mutation run in the order in which they are first met (GraphQL, 6.2.2 and 6.3.2). The planner takes
 * the place of the last mention where fragments mention one several times; so each is named once, at its first place.
 * And it asks a subgraph for several changes at once, and for what they lead to after the last; so where something is
 * asked afterwards, each change is planned on its own. Knows no schema.
 */

import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  Kind,
  parse,
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

import { placedFetches } from './placed-fetches.ts';

interface Asked {
  readonly document: DocumentNode;
  /** Undefined where there is one operation. */
  readonly operationName: string | undefined;
}

/** The plan, or those of the changes in turn, where what one leads to would be asked for after the next. */
export function inTurn(
  plan: QueryPlan,
  { document, operationName }: Asked,
  planOf: (document: DocumentNode) => QueryPlan,
): QueryPlan {
  const { node } = plan;
  // What is deferred waits for fetches of the whole plan.
  if (node === undefined || node.kind === 'Subscription' || node.kind === 'Defer') return plan;
  const fetches = placedFetches(node);
  const followed = new Set(fetches.flatMap((each) => changesFollowed(each.node)));
  if (!fetches.some(({ path: [change] }) => change !== undefined && followed.has(change))) return plan;
  const leading = new Set(fetches.flatMap(({ path: [change] }) => change ?? []));
  const nodes = changesApart(document, operationName, leading).flatMap((each) => {
    const { node: change } = planOf(each);
    return change === undefined || change.kind === 'Subscription' ? [] : [change];
  });
  return nodes.length === 0 ? plan : { ...plan, node: { kind: 'Sequence', nodes } };
}

/** The names of the changes of a fetch that are not its last. */
function changesFollowed({ operation, operationKind }: FetchNode): readonly string[] {
  if (operationKind !== 'mutation') return [];
  const [definition] = parse(operation, { noLocation: true }).definitions.filter(isMutation);
  const fields = definition === undefined ? [] : fieldsOf(definition.selectionSet, new Map());
  return fields
    .flatMap((field) => (field.kind === Kind.FIELD ? (field.alias ?? field.name).value : []))
    .slice(0, -1);
}

/** Documents of which each ends with a change that leads elsewhere; none where not all are plain fields. */
function changesApart(
  document: DocumentNode,
  operationName: string | undefined,
  leading: ReadonlySet<string>,
): readonly DocumentNode[] {
  const operation = document.definitions
    .filter(isMutation)
    .find(({ name }) => operationName === undefined || name?.value === operationName);
  if (operation === undefined) return [];
  const groups: SelectionNode[][] = [[]];
  let isAtEnd = false;
  for (const node of operation.selectionSet.selections) {
    if (node.kind !== Kind.FIELD) return [];
    const isChange = node.name.value !== '__typename';
    if (isChange && isAtEnd) groups.push([]);
    if (isChange) isAtEnd = leading.has((node.alias ?? node.name).value);
    groups.at(-1)?.push(node);
  }
  return groups.map((selections) => {
    const only = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
    return {
      ...document,
      definitions: document.definitions.map((node) => (node === operation ? only : node)),
    };
  });
}

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

function isMutation(node: DefinitionNode): node is OperationDefinitionNode {
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
    const key = node.alias?.value ?? node.name.value;
    const known = merged.get(key);
    merged.set(key, known === undefined ? node : mergedField(known, node));
  }
  const selections = [...merged.values()];
  return { ...operation, selectionSet: { ...operation.selectionSet, selections } };
}

function fieldsOf({ selections }: SelectionSetNode, fragments: Fragments): readonly SelectionNode[] {
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
