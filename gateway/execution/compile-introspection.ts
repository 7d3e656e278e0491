/**
 * Answers `__schema` and `__type` from the schema itself; no subgraph is asked. Knows no plan.
 */

import {
  execute,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import type { Principal } from '../../schema/contract/principal.ts';
import { setOwn } from './own-property.ts';
import type { PlanRun } from './plan-run.ts';

/** What of the schema somebody may know. */
export type SchemaFor = (principal: Principal) => GraphQLSchema;

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const META_FIELDS: readonly string[] = ['__schema', '__type'];

/** Undefined where the operation asks for neither. */
export function compileIntrospection(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schemaFor: SchemaFor,
): ((run: PlanRun) => void) | undefined {
  const definitions = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = new Map(definitions.map((fragment) => [fragment.name.value, fragment]));
  const selectionSet = metaPart(operation.selectionSet, fragments);
  if (selectionSet.selections.length === 0) return undefined;
  const alone: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet }, ...definitions],
  };
  return ({ root, variables, call }) => {
    const schema = schemaFor(call.principal);
    const result = execute({ schema, document: alone, variableValues: variables });
    if (result instanceof Promise) throw new Error('introspection awaits nothing');
    for (const [key, value] of Object.entries(result.data ?? {})) setOwn(root, key, value);
  };
}

/** The root's selections without all that subgraphs answer; spreads become inline, to be cut the same way. */
function metaPart(set: SelectionSetNode, fragments: Fragments): SelectionSetNode {
  return { ...set, selections: set.selections.flatMap((node) => metaSelections(node, fragments)) };
}

function metaSelections(node: SelectionNode, fragments: Fragments): readonly SelectionNode[] {
  if (node.kind === Kind.FIELD) return META_FIELDS.includes(node.name.value) ? [node] : [];
  const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
  if (fragment === undefined) return [];
  const selectionSet = metaPart(fragment.selectionSet, fragments);
  if (selectionSet.selections.length === 0) return [];
  const { typeCondition } = fragment;
  const inline: InlineFragmentNode = {
    kind: Kind.INLINE_FRAGMENT,
    selectionSet,
    ...(typeCondition === undefined ? {} : { typeCondition }),
    ...(node.directives === undefined ? {} : { directives: node.directives }),
  };
  return [inline];
}
