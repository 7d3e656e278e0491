/**
 * Which deferred fragments hang on an object of one type, each with what it selects. The counterpart of
 * `collect-occurrences.ts`, which leaves them out. Knows no data.
 */

import { Kind, type GraphQLInterfaceType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';

import { applies, foundOnce, type FoundOn, type ScopedSet } from './collect-occurrences.ts';
import { deferArguments, deferOf } from './defer-directive.ts';
import type { DeferredFragment } from './defer-document.ts';

export interface DeferredSet {
  /** The label that the fragment has in the planned document. */
  readonly name: string;
  readonly scoped: ScopedSet;
}

/** A fragment that hangs on an object, perhaps in several places of the document: one part. */
export interface HangingFragment {
  /** Its labels in the planned document. */
  readonly names: readonly string[];
  /** What the client called it. */
  readonly label: string | undefined;
  readonly sets: readonly ScopedSet[];
}

export type HangingOn = FoundOn<readonly HangingFragment[]>;

/** Looked for once; `fragments` are by the labels of the planned document. */
export function collectHanging(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, DeferredFragment>,
): HangingOn {
  return foundOnce((type, sets) => {
    const deferred = collectDeferred(schema, type, sets);
    const bySource = Map.groupBy(deferred, ({ name }) => fragments.get(name)?.source);
    return [...bySource.values()].map((same): HangingFragment => {
      const names = same.map(({ name }) => name);
      const label = fragments.get(names[0] ?? '')?.label;
      return { names, label, sets: same.map(({ scoped }) => scoped) };
    });
  });
}

/** In the order of the document; those inside of other deferred fragments come with these. */
export function collectDeferred(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  sets: readonly ScopedSet[],
): readonly DeferredSet[] {
  return sets.flatMap((scoped) => deferredIn(schema, type, scoped));
}

function deferredIn(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  { set, fragments }: ScopedSet,
): readonly DeferredSet[] {
  return set.selections.flatMap((node): readonly DeferredSet[] => {
    if (node.kind === Kind.FIELD) return [];
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    if (fragment === undefined || !applies(schema, type, fragment.typeCondition?.name.value)) return [];
    const scoped = { set: fragment.selectionSet, fragments };
    const defer = deferOf(node);
    if (defer === undefined) return deferredIn(schema, type, scoped);
    const { label: name } = deferArguments(defer);
    return name === undefined ? [] : [{ name, scoped }];
  });
}
