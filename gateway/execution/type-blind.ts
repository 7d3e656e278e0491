/**
 * An object behind an interface may come from a subgraph that does not know its types (@interfaceObject), and the plan
 * fetches the real one only if the selection depends on it. Knows no data.
 */

import type { GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema } from 'graphql';

import { collectDeferred } from './collect-deferred.ts';
import { collectOccurrences, type ScopedSet } from './collect-occurrences.ts';

/** Whether the selection asks the same of all types of the interface, and not which type it is. */
export function isTypeBlind(
  schema: GraphQLSchema,
  type: GraphQLInterfaceType,
  sets: readonly ScopedSet[],
): boolean {
  const asked = summaryOf(schema, type, sets);
  return (
    asked !== undefined &&
    schema.getPossibleTypes(type).every((member) => summaryOf(schema, member, sets) === asked)
  );
}

/** Undefined where the name of the type is asked for. */
function summaryOf(
  schema: GraphQLSchema,
  type: GraphQLInterfaceType | GraphQLObjectType,
  sets: readonly ScopedSet[],
): string | undefined {
  const occurrences = [...collectOccurrences(schema, type, sets)];
  if (occurrences.some(([, { fieldName }]) => fieldName === '__typename')) return undefined;
  // What is selected in them is looked at when their part is written; by then the type may be known.
  const deferred = collectDeferred(schema, type, sets).map(({ name }) => name);
  return JSON.stringify([occurrences.map(([key, occurrence]) => [key, occurrence.sets.length]), deferred]);
}
