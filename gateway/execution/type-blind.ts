/**
 * An object behind an interface may come from a subgraph that does not know its types (@interfaceObject), and the plan
 * fetches the real one only if the selection depends on it. Knows no data.
 */

import type { GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema } from 'graphql';

import { collectOccurrences, type Occurrence, type ScopedSet } from './collect-occurrences.ts';

/** Whether the selection asks the same of all types of the interface, and not which type it is. */
export function isTypeBlind(
  schema: GraphQLSchema,
  type: GraphQLInterfaceType,
  sets: readonly ScopedSet[],
): boolean {
  const summaryFor = (member: GraphQLInterfaceType | GraphQLObjectType) =>
    summaryOf(collectOccurrences(schema, member, sets));
  const asked = summaryFor(type);
  return asked !== undefined && schema.getPossibleTypes(type).every((member) => summaryFor(member) === asked);
}

/** Undefined where the name of the type is asked for. */
function summaryOf(occurrences: ReadonlyMap<string, Occurrence>): string | undefined {
  const all = [...occurrences];
  if (all.some(([, { fieldName }]) => fieldName === '__typename')) return undefined;
  return JSON.stringify(all.map(([key, { sets }]) => [key, sets.length]));
}
