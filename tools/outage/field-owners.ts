/**
 * Which subgraphs can give a field, read from the join directives of a supergraph. Knows no operation.
 */

import { Kind, type ConstDirectiveNode, type DocumentNode } from 'graphql';

import { subgraphNames, textArgument } from '../../gateway/supergraph/join-directives.ts';

/** By the names that people use. */
export type OwnersOf = (type: string, field: string) => readonly string[];

export function fieldOwners(supergraph: DocumentNode): OwnersOf {
  const names = subgraphNames(supergraph);
  const owners = new Map<string, readonly string[]>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const ofType = graphsIn(node.directives, 'join__type');
    for (const field of node.fields ?? []) {
      const isSaid = field.directives?.some(({ name }) => name.value === 'join__field') === true;
      const graphs = isSaid ? graphsIn(field.directives, 'join__field') : ofType;
      owners.set(
        `${node.name.value}.${field.name.value}`,
        graphs.map((graph) => names.get(graph) ?? graph),
      );
    }
  }
  return (type, field) => owners.get(`${type}.${field}`) ?? [];
}

function graphsIn(directives: readonly ConstDirectiveNode[] = [], name: string): readonly string[] {
  return directives
    .filter((directive) => directive.name.value === name && !isExternal(directive))
    .flatMap((directive) => textArgument(directive, 'graph') ?? []);
}

function isExternal({ arguments: given = [] }: ConstDirectiveNode): boolean {
  return given.some(
    ({ name, value }) => name.value === 'external' && value.kind === Kind.BOOLEAN && value.value,
  );
}
