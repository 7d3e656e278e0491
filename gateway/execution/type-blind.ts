/**
 * An object behind an interface may come from a subgraph that does not know its types (@interfaceObject), and the plan
 * fetches the real one only if the selection depends on it. Knows no data.
 */

import type { GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema } from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { collectOccurrences, holds, type Occurrence, type ScopedSet } from './collect-occurrences.ts';

/**
 * Whether the selection asks the same of all types of the interface, and not which type it is: for every request, or
 * for one whose variables are given.
 */
export function isTypeBlind(
  schema: GraphQLSchema,
  type: GraphQLInterfaceType,
  sets: readonly ScopedSet[],
  variables?: JsonObject,
): boolean {
  const counting =
    variables === undefined ? sets : sets.filter(({ condition }) => holds([condition], variables));
  const summaryFor = (member: GraphQLInterfaceType | GraphQLObjectType) =>
    summaryOf(collectOccurrences(schema, member, counting), variables);
  const asked = summaryFor(type);
  return asked !== undefined && schema.getPossibleTypes(type).every((member) => summaryFor(member) === asked);
}

/** Undefined where the name of the type is asked for. */
function summaryOf(
  occurrences: ReadonlyMap<string, Occurrence>,
  variables: JsonObject | undefined,
): string | undefined {
  const all = [...occurrences].filter(([, { anyOf }]) => variables === undefined || holds(anyOf, variables));
  if (all.some(([, { fieldName }]) => fieldName === '__typename')) return undefined;
  if (variables === undefined)
    return JSON.stringify(all.map(([key, { sets, anyOf }]) => [key, sets.length, anyOf]));
  const countIn = ({ sets }: Occurrence) =>
    sets.filter(({ condition }) => holds([condition], variables)).length;
  return JSON.stringify(all.map(([key, occurrence]) => [key, countIn(occurrence)]));
}
