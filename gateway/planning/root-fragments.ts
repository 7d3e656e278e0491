/**
 * Fetches without fragments on a root type around what is asked of it, at the root or where a field leads back to it.
 * A subgraph may call its roots what it likes (`schema { query: query_root }`); the supergraph does not say so, and the
 * subgraph knows no type of the other name.
 */

import type { FetchNode } from '@apollo/query-planner';
import {
  Kind,
  print,
  stripIgnoredCharacters,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionSetNode,
} from 'graphql';

import { documentOf } from './fetch-document.ts';
import { rootTypes } from './subgraph-fields.ts';

export function withoutRootFragments(schema: GraphQLSchema): (fetch: FetchNode) => FetchNode {
  const roots = new Set(rootTypes(schema).values());
  const beginnings = [...roots].map((root) => `...on ${root}`);
  return (fetch) => {
    if (!beginnings.some((beginning) => fetch.operation.includes(beginning))) return fetch;
    const info = new TypeInfo(schema);
    const document = visit(
      documentOf(fetch),
      visitWithTypeInfo(info, {
        InlineFragment: (fragment) => withoutType(fragment, info, roots),
        SelectionSet: { leave: withoutBareFragments },
      }),
    );
    return { ...fetch, operation: stripIgnoredCharacters(print(document)) };
  };
}

/** The fragment alone where all that is asked is of that root type; undefined where its type tells something. */
function withoutType(
  { typeCondition, ...rest }: InlineFragmentNode,
  info: TypeInfo,
  roots: ReadonlySet<string>,
): InlineFragmentNode | undefined {
  const parent = info.getParentType()?.name;
  if (parent === undefined || !roots.has(parent) || typeCondition?.name.value !== parent) return undefined;
  return rest;
}

/** A directive keeps its fragment. */
function withoutBareFragments(set: SelectionSetNode): SelectionSetNode {
  const selections = set.selections.flatMap((each) => {
    if (each.kind !== Kind.INLINE_FRAGMENT || each.typeCondition !== undefined) return [each];
    return (each.directives ?? []).length === 0 ? each.selectionSet.selections : [each];
  });
  return { ...set, selections };
}
