/**
 * A field may lead to a narrower interface in an object than in the interface that the object implements. Some ways to
 * what is asked behind it the planner does not find then, and falls over; it finds them where the field is asked of each
 * object by itself, as that says it. That makes larger plans, so it is done where it must be. Knows no plan.
 */

import { getNamedType, isInterfaceType, type DocumentNode, type GraphQLSchema } from 'graphql';

import { askByType } from './planned-selections.ts';

/** Plans, and where that fails, once more with such fields asked by type. Throws what was thrown first. */
export type PlanNarrowly = <T>(document: DocumentNode, planOf: (document: DocumentNode) => T) => T;

export function narrowerFields(schema: GraphQLSchema): PlanNarrowly {
  const coordinates = narrowerIn(schema);
  return (document, planOf) => {
    try {
      return planOf(document);
    } catch (error) {
      const byType = askByType(document, schema, coordinates);
      if (byType === document) throw error;
      return otherwise(error, () => planOf(byType));
    }
  };
}

function otherwise<T>(error: unknown, work: () => T): T {
  try {
    return work();
  } catch {
    // What the client asked is what the first attempt failed at.
    throw error;
  }
}

/** Fields (`Type.field`) of objects that lead to another type than in an interface of theirs. */
function narrowerIn(schema: GraphQLSchema): ReadonlySet<string> {
  const found = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInterfaceType(type)) continue;
    for (const [name, wide] of Object.entries(type.getFields()))
      for (const member of schema.getPossibleTypes(type)) {
        const narrow = member.getFields()[name];
        if (narrow !== undefined && getNamedType(narrow.type) !== getNamedType(wide.type))
          found.add(`${member.name}.${name}`);
      }
  }
  return found;
}
