/**
 * What a GraphQL document selects, by response key: the names under which data arrives and error paths speak.
 * Pure; knows fragments, type conditions, @skip, @include and @defer, and no schema.
 */

import {
  getDirectiveValues,
  getOperationAST,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { deferOf } from './defer-directive.ts';

export interface Selection {
  readonly root: SelectionSetNode;
  readonly rootKind: OperationTypeNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: JsonObject;
}

export type Applies = (typeCondition: string) => boolean;

/** `variables` need no defaults filled in. Throws where the document has no such operation, which validation has ruled out before. */
export function selectionOf(
  document: DocumentNode,
  operationName: string | undefined,
  variables: JsonObject,
): Selection {
  const operation = getOperationAST(document, operationName);
  if (operation == null) throw new Error('the document has no such operation');
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return {
    root: operation.selectionSet,
    rootKind: operation.operation,
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables: { ...defaultsOf(operation), ...variables },
  };
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): JsonObject {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return Object.fromEntries(defaults);
}

/** The fields selected on one object, by response key; fields that are merged (GraphQL, 6.3.2) share a key. */
export function fieldsOf(
  selection: Selection,
  sets: readonly SelectionSetNode[],
  applies: Applies,
): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const collect = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      if (!isIncluded(node, selection.variables)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const known = fields.get(key);
        if (known === undefined) fields.set(key, [node]);
        else known.push(node);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : selection.fragments.get(node.name.value);
      const condition = fragment?.typeCondition?.name.value;
      if (fragment !== undefined && (condition === undefined || applies(condition)))
        collect(fragment.selectionSet);
    }
  };
  sets.forEach(collect);
  return fields;
}

/** The selection sets below merged fields. */
export function setsBelow(fields: readonly FieldNode[]): readonly SelectionSetNode[] {
  return fields.flatMap(({ selectionSet }) => selectionSet ?? []);
}

/** What a fetch of entities asks of them, whatever their types; empty for any other. */
export function entitySets(selection: Selection): readonly SelectionSetNode[] {
  return setsBelow(fieldsOf(selection, [selection.root], () => true).get('_entities') ?? []);
}

/**
 * The longest beginning of a path that the selection really has; whatever type an object turned out to be, unless
 * `appliesAt` knows the type of the object there.
 */
export function knownPart(
  selection: Selection,
  path: Path,
  appliesAt: (path: Path) => Applies = () => () => true,
): Path {
  let sets: readonly SelectionSetNode[] = [selection.root];
  for (const [depth, part] of path.entries()) {
    if (typeof part === 'number') continue;
    const fields = fieldsOf(selection, sets, appliesAt(path.slice(0, depth))).get(part);
    if (fields === undefined) return path.slice(0, depth);
    sets = setsBelow(fields);
  }
  return path;
}

function isIncluded(node: SelectionNode, variables: JsonObject): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  // What is deferred is another part of the answer.
  if (deferOf(node) !== undefined) return false;
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
}
