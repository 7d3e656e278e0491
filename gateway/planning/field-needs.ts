/**
 * What each field of a subgraph needs of the entity that it is asked of (@requires), and by what the subgraph finds
 * entities (keys). Paths are names joined by dots. Knows no operation.
 */

import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';

import { parseFieldSet, subgraphNames, textArgument } from '../supergraph/join-directives.ts';
import type { SubgraphFields } from './subgraph-fields.ts';

export interface FieldNeeds {
  /** Empty for a field that needs nothing. */
  readonly neededBy: (subgraph: string, typeName: string, field: string) => readonly string[];
  readonly keysOf: (subgraph: string, typeName: string) => readonly string[];
}

export function fieldNeeds(supergraph: DocumentNode, fields: SubgraphFields): FieldNeeds {
  const names = subgraphNames(supergraph);
  const keys = new Map<string, readonly string[]>();
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const typeName = type.name.value;
    for (const directive of type.directives ?? []) {
      const [graph, key] = [textArgument(directive, 'graph'), textArgument(directive, 'key')];
      if (graph === undefined || key === undefined) continue;
      const place = `${names.get(graph)} ${typeName}`;
      keys.set(place, [...(keys.get(place) ?? []), ...pathsIn(parseFieldSet(key))]);
    }
  }
  return {
    neededBy(subgraph, typeName, field) {
      const requires = fields.find(subgraph, typeName, field)?.requires;
      return requires === undefined ? [] : pathsIn(requires);
    },
    keysOf: (subgraph, typeName) => keys.get(`${subgraph} ${typeName}`) ?? [],
  };
}

/** The paths of all leaves; fragments do not lengthen them. */
function pathsIn({ selections }: SelectionSetNode, path = ''): readonly string[] {
  return selections.flatMap((node): readonly string[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT) return pathsIn(node.selectionSet, path);
    const at = path === '' ? node.name.value : `${path}.${node.name.value}`;
    return node.selectionSet === undefined ? [at] : pathsIn(node.selectionSet, at);
  });
}
