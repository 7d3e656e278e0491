/**
 * Which fields need which others with arguments (@requires), as the supergraph says it. Knows no operation.
 */

import {
  Kind,
  parse,
  print,
  type ConstDirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** A field that another one needs: where, seen from the object, and how it is asked. */
export interface NeededField {
  readonly path: readonly string[];
  readonly text: string;
}

/** By subgraph and `Type.field`; only of fields that need some field with arguments. */
export type NeededArguments = ReadonlyMap<string, readonly NeededField[]>;

export function neededArguments(supergraph: DocumentNode): NeededArguments {
  const names = subgraphNames(supergraph);
  const needed = new Map<string, readonly NeededField[]>();
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const { field, subgraph, requires } of joinsOf(type, names)) {
      if (requires?.includes('(') === true)
        needed.set(`${subgraph} ${type.name.value}.${field}`, fieldsIn(requires));
    }
  }
  return needed;
}

function joinsOf(
  { fields = [] }: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode,
  names: ReadonlyMap<string, string>,
) {
  return fields.flatMap(({ name: field, directives = [] }) =>
    directives
      .filter(({ name }) => name.value === 'join__field')
      .map((join) => ({
        field: field.value,
        subgraph: names.get(argumentOf(join, 'graph') ?? '') ?? '',
        requires: argumentOf(join, 'requires'),
      })),
  );
}

function fieldsIn(fieldSet: string): readonly NeededField[] {
  const [operation] = parse(`{${fieldSet}}`, { noLocation: true }).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION ? fieldsOf(operation.selectionSet, []) : [];
}

function fieldsOf({ selections }: SelectionSetNode, path: readonly string[]): readonly NeededField[] {
  return selections.flatMap((node): readonly NeededField[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT) return fieldsOf(node.selectionSet, path);
    const { selectionSet, ...field } = node;
    const at = [...path, node.name.value];
    return [
      { path: at, text: print(field) },
      ...(selectionSet === undefined ? [] : fieldsOf(selectionSet, at)),
    ];
  });
}

/** From the enum's values, by which directives speak of subgraphs, to their names. */
function subgraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const values = supergraph.definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph' ? (node.values ?? []) : [],
  );
  return new Map(
    values.map(({ name, directives = [] }) => {
      const [graph] = directives;
      return [name.value, (graph === undefined ? undefined : argumentOf(graph, 'name')) ?? ''];
    }),
  );
}

function argumentOf({ arguments: given = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = given.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}
