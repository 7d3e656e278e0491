/**
 * What subgraphs that know an interface as an object (@interfaceObject) have only from others, for what their fields need
 * or provide. @theguild/federation-composition leaves out that such a field is @external there, and the planner would take
 * it for the subgraph's own and never send it. By Federation's rules it cannot be: composition refuses a field set of
 * @requires or @provides whose fields are not external. Knows no operation.
 */

import {
  Kind,
  visit,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
} from 'graphql';

import { directivesOf, parseFieldSet, textArgument } from '../supergraph/join-directives.ts';
import type { InterfaceObjects } from './interface-objects.ts';
import { namedTypeOf } from './subgraph-fields.ts';

type Graph = string | undefined;

/** The same document where nothing is left out. */
export function withExternalOfObjects(supergraph: DocumentNode, objects: InterfaceObjects): DocumentNode {
  if (objects.size === 0) return supergraph;
  const foreign = foreignFields(supergraph, objects);
  return visit(supergraph, {
    InterfaceTypeDefinition(type: InterfaceTypeDefinitionNode) {
      const fields = (type.fields ?? []).map((field) => {
        const graphs = foreign.get(`${type.name.value}.${field.name.value}`);
        return graphs === undefined ? field : withExternal(field, type, graphs);
      });
      return fields.every((field, index) => field === type.fields?.[index]) ? undefined : { ...type, fields };
    },
  });
}

/** By `Interface.field`, the subgraphs whose objects have it from elsewhere. */
function foreignFields(
  supergraph: DocumentNode,
  objects: InterfaceObjects,
): ReadonlyMap<string, ReadonlySet<Graph>> {
  const found = new Map<string, Set<Graph>>();
  const note = (typeName: string, join: ConstDirectiveNode, fieldSet: string) => {
    const graph = textArgument(join, 'graph');
    const text = textArgument(join, fieldSet);
    if (text === undefined || objects.get(typeName)?.has(graph) !== true) return;
    for (const node of parseFieldSet(text).selections) {
      if (node.kind !== Kind.FIELD) continue;
      const name = `${typeName}.${node.name.value}`;
      found.set(name, (found.get(name) ?? new Set<Graph>()).add(graph));
    }
  };
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of type.fields ?? [])
      for (const join of directivesOf(field, 'join__field')) {
        note(type.name.value, join, 'requires');
        note(namedTypeOf(field.type), join, 'provides');
      }
  }
  return found;
}

function withExternal(
  field: FieldDefinitionNode,
  type: InterfaceTypeDefinitionNode,
  graphs: ReadonlySet<Graph>,
): FieldDefinitionNode {
  const { directives = [] } = field;
  // What says of no subgraph whose it is, is that of all.
  if (directivesOf(field, 'join__field').length > 0) return field;
  const knowing = new Set(
    directivesOf(type, 'join__type').flatMap((join) => textArgument(join, 'graph') ?? []),
  );
  return {
    ...field,
    directives: [...directives, ...[...knowing].map((graph) => joinIn(graph, graphs.has(graph)))],
  };
}

function joinIn(graph: string, isExternal: boolean): ConstDirectiveNode {
  const named = (value: string) => ({ kind: Kind.NAME, value }) as const;
  const argument = (name: string, value: ConstValueNode): ConstArgumentNode => ({
    kind: Kind.ARGUMENT,
    name: named(name),
    value,
  });
  const external = argument('external', { kind: Kind.BOOLEAN, value: true });
  return {
    kind: Kind.DIRECTIVE,
    name: named('join__field'),
    arguments: [argument('graph', { kind: Kind.ENUM, value: graph }), ...(isExternal ? [external] : [])],
  };
}
