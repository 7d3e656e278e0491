/**
 * Fetches of root fields without a fragment on the root type around them. A subgraph may call its roots what it likes
 * (`schema { query: query_root }`); the supergraph does not say so, and the subgraph knows no type of the other name.
 */

import type { FetchNode } from '@apollo/query-planner';
import {
  Kind,
  print,
  stripIgnoredCharacters,
  visit,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
} from 'graphql';

import { documentOf } from './fetch-document.ts';
import { rootTypes } from './subgraph-fields.ts';

export function withoutRootFragments(schema: GraphQLSchema): (fetch: FetchNode) => FetchNode {
  const roots = new Set(rootTypes(schema).values());
  const beginnings = [...roots].map((root) => `...on ${root}`);
  return (fetch) => {
    if (!beginnings.some((beginning) => fetch.operation.includes(beginning))) return fetch;
    const document = visit(documentOf(fetch), {
      OperationDefinition: (operation) => {
        const { selectionSet } = operation;
        const selections = selectionSet.selections.flatMap((each) => unwrapped(each, roots));
        return { ...operation, selectionSet: { ...selectionSet, selections } };
      },
    });
    return { ...fetch, operation: stripIgnoredCharacters(print(document)) };
  };
}

/** A condition keeps its fragment, without the type. */
function unwrapped(node: SelectionNode, roots: ReadonlySet<string>): readonly SelectionNode[] {
  if (node.kind !== Kind.INLINE_FRAGMENT) return [node];
  const { typeCondition, selectionSet, ...rest } = node;
  if (typeCondition !== undefined && !roots.has(typeCondition.name.value)) return [node];
  const selections = selectionSet.selections.flatMap((each) => unwrapped(each, roots));
  if ((node.directives ?? []).length === 0) return selections;
  const bare: InlineFragmentNode = { ...rest, selectionSet: { ...selectionSet, selections } };
  return [bare];
}
