/**
 * By which keys a subgraph finds the entities of a type (`@join__type`), and whether a representation has one. Knows
 * no plan.
 */

import {
  isEnumType,
  Kind,
  parse,
  type ConstDirectiveNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import { getOwn } from './own-property.ts';

/** Whether the subgraph can find an entity by the representation. */
export type KeyCheck = (representation: JsonObject) => boolean;

export function compileKeyCheck(subgraph: string, schema: GraphQLSchema): KeyCheck {
  const graph = graphOf(subgraph, schema);
  const keysByType = new Map<string, readonly SelectionSetNode[]>();
  return (representation) => {
    const typeName = getOwn(representation, '__typename');
    if (typeof typeName !== 'string') return false;
    const keys = keysByType.get(typeName) ?? keysOf(schema, typeName, graph);
    keysByType.set(typeName, keys);
    return keys.some((key) => isWithin(key, representation));
  };
}

function keysOf(schema: GraphQLSchema, typeName: string, graph: string): readonly SelectionSetNode[] {
  return (schema.getType(typeName)?.astNode?.directives ?? []).flatMap((directive) => {
    const key = stringOf(directive, 'key');
    if (directive.name.value !== 'join__type' || stringOf(directive, 'graph') !== graph) return [];
    return key === undefined ? [] : [selectionOfKey(key)];
  });
}

function selectionOfKey(key: string): SelectionSetNode {
  const [definition] = parse(`{${key}}`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a key is a selection');
  return definition.selectionSet;
}

function isWithin({ selections }: SelectionSetNode, value: unknown): boolean {
  if (Array.isArray(value))
    return value.every((item) => isWithin({ kind: Kind.SELECTION_SET, selections }, item));
  // A null where the key goes deeper is for the subgraph to judge.
  if (!isRecord(value)) return value === null;
  return selections.every((node) => {
    if (node.kind !== Kind.FIELD) return true;
    const held = getOwn(value, node.name.value);
    return held !== undefined && (node.selectionSet === undefined || isWithin(node.selectionSet, held));
  });
}

/** The enum value by which directives speak of the subgraph. */
function graphOf(subgraph: string, schema: GraphQLSchema): string {
  const graphs = schema.getType('join__Graph');
  const values = isEnumType(graphs) ? graphs.getValues() : [];
  const found = values.find(({ astNode }) =>
    (astNode?.directives ?? []).some((directive) => stringOf(directive, 'name') === subgraph),
  );
  return found?.name ?? '';
}

function stringOf({ arguments: given = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = given.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}
