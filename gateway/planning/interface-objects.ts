/**
 * Interfaces that subgraphs know as objects (@interfaceObject), and what of the supergraph the planner cannot plan with for
 * them. Knows no operation.
 */

import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
} from 'graphql';

import { flagArgument, textArgument } from '../supergraph/join-directives.ts';
import { namedTypeOf } from './subgraph-fields.ts';

/** Such an interface, and the subgraphs to which it is an object, as the supergraph calls them in directives. */
export type InterfaceObjects = ReadonlyMap<string, ReadonlySet<string | undefined>>;

export function interfaceObjects(supergraph: DocumentNode): InterfaceObjects {
  return new Map(
    supergraph.definitions.flatMap((node) => {
      if (node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
      const graphs = graphsOfObject(node);
      return graphs.size === 0 ? [] : [[node.name.value, graphs] as const];
    }),
  );
}

function graphsOfObject({ directives = [] }: InterfaceTypeDefinitionNode): ReadonlySet<string | undefined> {
  const known = directives.filter(
    (directive) =>
      directive.name.value === 'join__type' && flagArgument(directive, 'isInterfaceObject') === true,
  );
  return new Set(known.map((directive) => textArgument(directive, 'graph')));
}

/**
 * The supergraph without what fields provide of such objects: below such a field the planner finds no way to what is
 * asked of one type of the interface. The fields are asked of who has them then.
 */
export function withoutProvidedObjects(supergraph: DocumentNode, objects: InterfaceObjects): DocumentNode {
  if (objects.size === 0) return supergraph;
  return visit(supergraph, {
    FieldDefinition(field: FieldDefinitionNode) {
      const graphs = objects.get(namedTypeOf(field.type));
      const { directives = [] } = field;
      const changed =
        graphs === undefined ? directives : directives.map((each) => notProviding(each, graphs));
      return changed.every((each, index) => each === directives[index])
        ? undefined
        : { ...field, directives: changed };
    },
  });
}

function notProviding(
  directive: ConstDirectiveNode,
  graphs: ReadonlySet<string | undefined>,
): ConstDirectiveNode {
  const { arguments: given = [] } = directive;
  const left = given.filter(({ name }) => name.value !== 'provides');
  return left.length === given.length || !graphs.has(textArgument(directive, 'graph'))
    ? directive
    : { ...directive, arguments: left };
}
