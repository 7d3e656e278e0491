/**
 * Whether a fetch asked for the field at a place in the response. Knows nothing of what came of it.
 */

import type { GraphQLSchema } from 'graphql';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import { documentOf } from '../planning/fetch-document.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { couldBe } from './check-shape.ts';
import { pathName, type FetchJournal } from './fetch-journal.ts';
import { variablesOf } from './fetch-outcome.ts';
import { placesOfEntities } from './gather-entities.ts';
import { getOwn, valueAt } from './own-property.ts';
import type { FetchRecord, PlanRun } from './plan-run.ts';
import { knownPart, selectionOf, type Selection } from './selection.ts';

interface Looked {
  readonly selection: Selection;
  /** Which of its objects stands at the place of that name. */
  readonly targetAt: ReadonlyMap<string, number>;
}

/** Looks at the fetch only once it is asked, which is seldom. */
export function askerOf(
  fetch: FetchRecord,
  { root, variables }: PlanRun,
  schema: GraphQLSchema,
): FetchJournal['askers'][number] {
  let looked: Looked | undefined;
  const head = (target: number): Path => (fetch.representations === undefined ? [] : ['_entities', target]);
  return (field) => {
    const { selection, targetAt } = (looked ??= lookAt(fetch, root, variables));
    const isAsked = [...field.keys()].some((depth) => {
      const target = targetAt.get(pathName(field.slice(0, depth)));
      if (target === undefined) return false;
      const asked = [...head(target), ...field.slice(depth)];
      const known = knownPart(selection, asked, (at) =>
        appliesTo(valueAt(root, field.slice(0, depth + at.length - head(target).length)), schema),
      );
      return known.length === asked.length;
    });
    return isAsked ? fetch.node.serviceName : undefined;
  };
}

function lookAt({ node, path, targets }: FetchRecord, root: JsonObject, variables: JsonObject): Looked {
  const places = placesOfEntities(root, path);
  const targetAt = targets.flatMap((objects, target) =>
    objects.flatMap((object) =>
      (places.get(object) ?? []).map((place) => [pathName(place), target] as const),
    ),
  );
  const selection = selectionOf(documentOf(node), node.operationName, variablesOf(node, variables));
  return { selection, targetAt: new Map(targetAt) };
}

/** An object that does not say its type may be of any. */
function appliesTo(object: unknown, schema: GraphQLSchema): (condition: string) => boolean {
  const typeName = isRecord(object) ? getOwn(object, '__typename') : undefined;
  return (condition) => typeof typeName !== 'string' || couldBe(schema, typeName, condition);
}
