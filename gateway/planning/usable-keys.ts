/**
 * The supergraph with each subgraph's keys in another order: those first by which it can be asked for entities. To come
 * back to a subgraph with what a field needs, the planner takes the first key, whether the subgraph resolves it or not
 * (`@key(resolvable: false)`). Knows no operation.
 */

import { visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

import { flagArgument } from '../supergraph/join-directives.ts';

/** The same document where nothing is to be moved. */
export function usableKeysFirst(supergraph: DocumentNode): DocumentNode {
  const reordered = (type: { readonly directives?: readonly ConstDirectiveNode[] | undefined }) => {
    const { directives = [] } = type;
    const { usable = [], unusable = [] } = Object.groupBy(directives, (directive) =>
      isUnusableKey(directive) ? 'unusable' : 'usable',
    );
    const moved = [...usable, ...unusable];
    return moved.every((directive, index) => directive === directives[index])
      ? undefined
      : { ...type, directives: moved };
  };
  return visit(supergraph, { ObjectTypeDefinition: reordered, InterfaceTypeDefinition: reordered });
}

function isUnusableKey(directive: ConstDirectiveNode): boolean {
  return directive.name.value === 'join__type' && flagArgument(directive, 'resolvable') === false;
}
