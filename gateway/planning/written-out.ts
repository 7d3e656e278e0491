/**
 * An operation with its fragments written out where they stand, for whoever must see a field wherever it is asked.
 */

import {
  Kind,
  visit,
  type DocumentNode,
  type InlineFragmentNode,
  type OperationDefinitionNode,
} from 'graphql';

/** Without a name the first operation. */
export function writtenOut({ definitions }: DocumentNode, operationName?: string): OperationDefinitionNode {
  const operation = definitions.find(
    (node) =>
      node.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || node.name?.value === operationName),
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a document has its operation');
  const fragments = new Map(
    definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  if (fragments.size === 0) return operation;
  return visit(operation, {
    FragmentSpread({ name, directives = [] }): InlineFragmentNode | undefined {
      const fragment = fragments.get(name.value);
      if (fragment === undefined) return undefined;
      const { typeCondition, selectionSet } = fragment;
      // What is given is visited in its turn. Each place gets nodes of its own, which can be told apart.
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition,
        selectionSet: structuredClone(selectionSet),
        directives,
      };
    },
  });
}
