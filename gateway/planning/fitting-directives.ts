/**
 * Directives of the client's where a plan puts what they stand at. Subgraphs get fragments inline, and are asked in
 * queries for what a change or an event leads to; a directive that may not stand there would have the whole call refused
 * (GraphQL, 5.7.2 and 5.7.3). Knows no directive.
 */

import type { FetchNode } from '@apollo/query-planner';
import {
  DirectiveLocation,
  isSpecifiedDirective,
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLDirective,
  type GraphQLSchema,
} from 'graphql';

import { documentOf } from './fetch-document.ts';
import { withOperation } from './part-of-fetch.ts';

const LOCATIONS = {
  query: DirectiveLocation.QUERY,
  mutation: DirectiveLocation.MUTATION,
  subscription: DirectiveLocation.SUBSCRIPTION,
} as const;

export interface FittingDirectives {
  /** The document whose fragments have such directives alone as may stand at an inline one. */
  readonly atFragments: (document: DocumentNode) => DocumentNode;
  /** The fetch without the directives of its operation that may not stand at one of its kind. */
  readonly atOperation: (fetch: FetchNode) => FetchNode;
}

export function fittingDirectives(schema: GraphQLSchema): FittingDirectives {
  const isOwn = (directive: GraphQLDirective) =>
    !isSpecifiedDirective(directive) && directive.name !== 'defer';
  // The others stand where they may: fields and fragments of both kinds.
  if (!schema.getDirectives().some(isOwn))
    return { atFragments: (same) => same, atOperation: (same) => same };
  return {
    atFragments: (document) => withFragmentsThatFit(document, schema),
    atOperation: (fetch) => withoutMisplaced(fetch, schema),
  };
}

/**
 * The document with the directives of fragments at their spreads, each only where it may stand at an inline fragment. The
 * planner puts those of both there itself, also twice what may stand there once; what is deferred stands there already.
 */
function withFragmentsThatFit(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const fitting = (directives: readonly DirectiveNode[] = []) =>
    directives.filter((each) => mayStandAt(each, DirectiveLocation.INLINE_FRAGMENT, schema));
  return visit(document, {
    FragmentSpread(spread) {
      const own = fitting(spread.directives);
      const isSaid = ({ name }: DirectiveNode) => own.some((each) => each.name.value === name.value);
      const shared = fitting(fragments.get(spread.name.value)?.directives).filter(
        (each) => schema.getDirective(each.name.value)?.isRepeatable === true || !isSaid(each),
      );
      return { ...spread, directives: [...shared, ...own] };
    },
    InlineFragment(fragment) {
      const directives = fitting(fragment.directives);
      return directives.length === fragment.directives?.length ? undefined : { ...fragment, directives };
    },
    FragmentDefinition: { leave: (fragment) => ({ ...fragment, directives: [] }) },
  });
}

function withoutMisplaced(fetch: FetchNode, schema: GraphQLSchema): FetchNode {
  const [operation] = documentOf(fetch).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return fetch;
  const { directives = [] } = operation;
  const kept = directives.filter((each) => mayStandAt(each, LOCATIONS[operation.operation], schema));
  return kept.length === directives.length ? fetch : withOperation(fetch, { ...operation, directives: kept });
}

function mayStandAt({ name }: DirectiveNode, location: DirectiveLocation, schema: GraphQLSchema): boolean {
  return schema.getDirective(name.value)?.locations.includes(location) !== false;
}
