/**
 * What a supergraph says of its types, by name: fields and what they return, interfaces and who implements them, and
 * which subgraph answers. Read from the text, which keeps its directives. Knows no demand.
 */

import {
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
} from 'graphql';

import { directivesOf, subgraphNames, textArgument } from '../supergraph/join-directives.ts';

export interface FieldFacts {
  /** The type without lists and non-nulls. */
  readonly returns: string;
  readonly directives: readonly ConstDirectiveNode[];
}

export interface TypeFacts {
  readonly name: string;
  readonly isObject: boolean;
  readonly directives: readonly ConstDirectiveNode[];
  readonly fields: ReadonlyMap<string, FieldFacts>;
  /** The interfaces that it implements. */
  readonly interfaces: readonly string[];
}

export interface SupergraphFacts {
  readonly types: ReadonlyMap<string, TypeFacts>;
  /** The object types that can stand where the type is named. */
  readonly objectsOf: (type: string) => readonly string[];
  /** The subgraph that answers for the field; undefined where it is not said. */
  readonly ownerOf: (type: string, field: string) => string | undefined;
}

export function supergraphFacts(supergraph: DocumentNode): SupergraphFacts {
  const types = new Map<string, TypeFacts>();
  const members = new Map<string, readonly string[]>();
  for (const node of supergraph.definitions) {
    if (!isTypeDefinitionNode(node) && !isTypeExtensionNode(node)) continue;
    const name = node.name.value;
    if (node.kind === Kind.UNION_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_EXTENSION)
      members.set(name, [...(members.get(name) ?? []), ...namesOf(node.types)]);
    const directives = node.directives ?? [];
    types.set(name, joined(types.get(name), { ...factsOf(node), name, directives }));
  }
  const names = subgraphNames(supergraph);
  const implementing = new Map<string, string[]>();
  for (const { name, isObject, interfaces } of types.values())
    for (const known of isObject ? interfaces : [])
      implementing.set(known, [...(implementing.get(known) ?? []), name]);
  return {
    types,
    objectsOf: (name) =>
      types.get(name)?.isObject === true ? [name] : (members.get(name) ?? implementing.get(name) ?? []),
    ownerOf(type, field) {
      const facts = types.get(type);
      const joins = [
        ...directivesOf(facts?.fields.get(field) ?? {}, 'join__field').filter(isOwn),
        ...directivesOf(facts ?? {}, 'join__type'),
      ];
      const graph = joins.map((join) => textArgument(join, 'graph')).find((found) => found !== undefined);
      return graph === undefined ? undefined : names.get(graph);
    },
  };
}

type Definition = TypeDefinitionNode | TypeExtensionNode;

function factsOf(node: Definition): Pick<TypeFacts, 'isObject' | 'fields' | 'interfaces'> {
  const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;
  const isInterface =
    node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_EXTENSION;
  if (!isObject && !isInterface) return { isObject, fields: new Map(), interfaces: [] };
  return {
    isObject,
    fields: new Map((node.fields ?? []).map(fieldFacts)),
    interfaces: namesOf(node.interfaces),
  };
}

function fieldFacts({ name, type, directives = [] }: FieldDefinitionNode): readonly [string, FieldFacts] {
  return [name.value, { returns: namedType(type), directives }];
}

function joined(known: TypeFacts | undefined, added: TypeFacts): TypeFacts {
  if (known === undefined) return added;
  return {
    name: known.name,
    isObject: known.isObject || added.isObject,
    directives: [...known.directives, ...added.directives],
    fields: new Map([...known.fields, ...added.fields]),
    interfaces: [...known.interfaces, ...added.interfaces],
  };
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function namesOf(nodes: readonly { readonly name: { readonly value: string } }[] = []): readonly string[] {
  return nodes.map(({ name }) => name.value);
}

/** Not merely known to the subgraph, nor taken over by another. */
function isOwn({ arguments: given = [] }: ConstDirectiveNode): boolean {
  return !given.some(
    ({ name, value }) =>
      (name.value === 'external' || name.value === 'usedOverridden') &&
      value.kind === Kind.BOOLEAN &&
      value.value,
  );
}
